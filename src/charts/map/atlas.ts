import type { MapChart, MapPlace } from '../chart.ts'

/** Shapes on a flat sheet, projected when they were made. */
export interface Atlas {
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

export interface Shape {
  readonly name: string
  /** What it may be called: names and codes. */
  readonly keys: readonly string[]
  /** The path of an SVG. */
  readonly path: string
}

export interface PlacedShape {
  readonly shape: Shape
  readonly place: MapPlace | null
}

export interface PlacesInAtlas {
  readonly atlas: Atlas
  readonly shapes: readonly PlacedShape[]
  /** How many figures name no shape, or one that another names as well. */
  readonly missing: number
}

/** Which figure each shape has, whether it is named by its name or by a code. */
export function placesIn({ places }: MapChart, atlas: Atlas): PlacesInAtlas {
  const byKey = new Map(
    atlas.shapes.flatMap((shape) => shape.keys.map((key) => [folded(key), shape] as const)),
  )
  const found = new Map<Shape, MapPlace[]>()
  for (const place of places) {
    // Codes that were read as numbers have lost their zeros.
    const keys = [place.name, place.name.padStart(2, '0'), place.name.padStart(3, '0')].map(folded)
    const shape = keys.map((key) => byKey.get(key)).find((each) => each !== undefined)
    if (shape !== undefined) found.set(shape, [...(found.get(shape) ?? []), place])
  }
  // One of two figures would stand for both.
  const shapes = atlas.shapes.map((shape) => {
    const [place = null, second] = found.get(shape) ?? []
    return { shape, place: second === undefined ? place : null }
  })
  const shown = shapes.filter(({ place }) => place !== null).length
  return { atlas, shapes, missing: places.length - shown }
}

/** Case, accents and marks tell no places apart. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}
