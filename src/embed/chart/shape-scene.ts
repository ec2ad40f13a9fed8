import type { ChartPoint, MapChart, MatrixChart, RingChart } from '../../charts/chart.ts'
import { placesIn } from '../../charts/map/atlas.ts'
import { loadAtlas } from '../../charts/map/load.ts'
import { mapMarkup } from '../../charts/svg/map.ts'
import { element, type Markup } from '../../charts/svg/markup.ts'
import { matrixMarkup } from '../../charts/svg/matrix.ts'
import { ringMarkup } from '../../charts/svg/ring.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import { fileOf } from '../file-of.ts'
import { stepOver } from './grid-steps.ts'
import type { Marked, Place, Scene } from './mark.ts'
import { nodesOf } from './nodes.ts'

export type ShapeChart = MatrixChart | MapChart | RingChart

export interface ShapeWish {
  readonly size: { readonly width: number; readonly height: number }
  readonly theme: ChartTheme
  readonly direction: 'ltr' | 'rtl'
}

/** Fields, rings and maps, as nodes of SVG in the page. */
export async function shapeScene(box: HTMLElement, chart: ShapeChart, wish: ShapeWish): Promise<Scene> {
  const { size } = wish
  const { marks, rows } = await drawn(chart, wish)
  const svg = nodesOf(
    element('svg', { width: size.width, height: size.height, 'aria-hidden': 'true' }, ...marks),
  )
  box.replaceChildren(svg)
  const nodes = new Map(
    [...svg.querySelectorAll('[data-mark]')].map(
      (node) => [node.getAttribute('data-mark') ?? '', node] as const,
    ),
  )
  const columns = Math.max(...rows.map(({ length }) => length), 0)
  const pointAt = ({ series, index }: Place) => rows[series]?.[index] ?? null
  const mark = (place: Place): Marked | null => {
    const meant = pointAt(place)
    const node = nodes.get(`${place.series} ${place.index}`)
    if (meant === null || node === undefined) return null
    const outer = box.getBoundingClientRect()
    const own = node.getBoundingClientRect()
    const ring = { x: own.x - outer.x, y: own.y - outer.y, width: own.width, height: own.height }
    return {
      place,
      x: ring.x + ring.width / 2,
      y: ring.y + ring.height / 2,
      heading: meant.label,
      points: [meant],
      meant,
      shapes: [{ kind: 'ring', ...ring }],
    }
  }
  return {
    at: (x, y) => {
      const outer = box.getBoundingClientRect()
      const root = box.getRootNode()
      const hit = root instanceof ShadowRoot ? root.elementsFromPoint(outer.x + x, outer.y + y) : []
      const found = hit.map((node) => node.getAttribute('data-mark')).find((name) => name != null)
      if (found == null) return null
      const [series = 0, index = 0] = found.split(' ').map(Number)
      return mark({ series, index })
    },
    mark,
    step: (from, step) =>
      stepOver({ rows: rows.length, columns, has: (place) => pointAt(place) !== null }, from, step),
    dispose: () => box.replaceChildren(),
  }
}

interface DrawnShapes {
  readonly marks: readonly Markup[]
  readonly rows: readonly (readonly (ChartPoint | null)[])[]
}

async function drawn(chart: ShapeChart, { size, theme, direction }: ShapeWish): Promise<DrawnShapes> {
  const room = { x: 0, y: 0, ...size }
  switch (chart.view) {
    case 'matrix':
      return {
        marks: matrixMarkup(chart, room, theme, direction),
        rows: chart.rows.map(({ cells }) => cells.map(({ point }) => point)),
      }
    case 'ring':
      return { marks: ringMarkup(chart, room, theme), rows: [chart.slices.map(({ point }) => point)] }
    case 'map': {
      const placed = placesIn(chart, await fileOf(loadAtlas(chart.regions)))
      return {
        marks: mapMarkup(chart, placed, room, theme, direction),
        rows: [placed.shapes.map(({ place }) => place?.point ?? null)],
      }
    }
  }
}
