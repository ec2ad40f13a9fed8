import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { countryCodes, stateCodes } from './place-codes.ts'

/**
 * Makes src/charts/map/*.generated.ts from us-atlas and world-atlas: flat paths on whole coordinates, so that neither a
 * projection nor a decoder travels to the page.
 */
const require = createRequire(import.meta.url)

type Point = readonly [number, number]
type Names = { readonly name: string }

interface Sheet {
  readonly topology: Topology<{ readonly shapes: GeometryCollection<Names> }>
  readonly project: (point: Point) => Point
  /** Neighbouring points that come out closer than that are one. */
  readonly least: number
  readonly keysOf: (id: string, name: string) => readonly string[]
}

function read(path: string, object: string): Sheet['topology'] {
  const topology = JSON.parse(readFileSync(require.resolve(path), 'utf8'))
  return { ...topology, objects: { shapes: topology.objects[object] } }
}

/** Shared borders are thinned where they are shared, so that no gap opens between neighbours. */
function thinned({ topology, project, least }: Sheet): Sheet['topology'] {
  const { transform } = topology
  const arcs = topology.arcs.map((arc) => {
    let [x, y] = [0, 0]
    const points = arc.map(([dx = 0, dy = 0]): Point => {
      x += dx
      y += dy
      return transform === undefined
        ? project([dx, dy])
        : project([
            x * transform.scale[0] + transform.translate[0],
            y * transform.scale[1] + transform.translate[1],
          ])
    })
    let [lastX, lastY] = points[0] ?? [0, 0]
    return points
      .filter(([px, py], index) => {
        if (index === 0 || index === points.length - 1) return true
        if (Math.hypot(px - lastX, py - lastY) < least) return false
        ;[lastX, lastY] = [px, py]
        return true
      })
      .map(([px, py]) => [Math.round(px), Math.round(py)])
  })
  const { transform: _, ...rest } = topology
  return { ...rest, arcs }
}

function pathOf(polygons: readonly (readonly (readonly (readonly number[])[])[])[]): string {
  return polygons
    .flat()
    .map((ring) => {
      let [x, y] = [0, 0]
      const steps = ring.slice(0, -1).map(([px = 0, py = 0], index) => {
        const step = index === 0 ? `${px} ${py}l` : `${px - x} ${py - y} `
        ;[x, y] = [px, py]
        return step
      })
      return steps.length < 3 ? '' : `M${steps.join('').trimEnd().replaceAll(' -', '-')}z`
    })
    .join('')
}

function write(name: string, sheet: Sheet): void {
  const topology = thinned(sheet)
  const { features } = feature(topology, topology.objects.shapes)
  const all = features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon'
      ? geometry.coordinates
      : geometry.type === 'Polygon'
        ? [geometry.coordinates]
        : [],
  )
  const points = all.flat(2)
  const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis] ?? 0))) as [
    number,
    number,
  ]
  const [right, bottom] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis] ?? 0))) as [
    number,
    number,
  ]
  const shapes = features.flatMap(({ id, properties, geometry }) => {
    const polygons =
      geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : geometry.type === 'Polygon'
          ? [geometry.coordinates]
          : []
    const moved = polygons.map((rings) =>
      rings.map((ring) => ring.map(([x = 0, y = 0]) => [x - left, y - top])),
    )
    const path = pathOf(moved)
    const shown = properties.name
    return path === '' ? [] : [{ name: shown, keys: sheet.keysOf(String(id ?? ''), shown), path }]
  })
  const atlas = { width: right - left, height: bottom - top, shapes }
  const text = JSON.stringify(atlas).replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  const code = [
    '// Made by scripts/make-maps.ts.',
    "import type { Atlas } from './atlas.ts'",
    '',
    `export const atlas: Atlas = JSON.parse(`,
    `  '${text}',`,
    ')',
    '',
  ]
  writeFileSync(`src/charts/map/${name}.generated.ts`, code.join('\n'))
}

/** Equal Earth, by B. Šavrič, T. Patterson and B. Jenny (2018): areas keep their sizes. */
function equalEarth([longitude, latitude]: Point): Point {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796]
  const [lambda, phi] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180]
  const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin(phi))
  const t2 = theta * theta
  const t6 = t2 * t2 * t2
  const x =
    (2 * Math.sqrt(3) * lambda * Math.cos(theta)) / (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1))
  const y = theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)
  return [x * 370, -y * 370]
}

const states = read('us-atlas/states-albers-10m.json', 'states')
write('us-states', {
  topology: states,
  project: ([x, y]) => [x * 2, y * 2],
  least: 2.5,
  keysOf: (id, name) => [name, id, stateCodes[id] ?? ''].filter((key) => key !== ''),
})

const world = read('world-atlas/countries-110m.json', 'countries')
const { shapes: countries } = world.objects
const populated = countries.geometries.filter(({ id }) => id !== '010')
write('world', {
  topology: { ...world, objects: { shapes: { ...countries, geometries: populated } } },
  project: equalEarth,
  least: 1.2,
  keysOf: (id, name) => [name, ...(id === '' ? [] : [id]), ...(countryCodes[id] ?? [])],
})
