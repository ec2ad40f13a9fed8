import type { MapChart } from '../chart.ts'
import type { Figures } from '../figures.ts'
import { figureText } from '../format/key.ts'
import { pointOf } from '../plot/points.ts'
import { shadesOf } from '../plot/shades.ts'
import { summaryOf } from '../plot/summary.ts'
import type { FiguresDrawer } from './drawer.ts'

/** States or countries, colored by one figure each. Which shape a value names is told by the map itself. */
export const drawMap: FiguresDrawer = ({ title, figures, options, context }) => {
  const groups = placesOf(figures, options.key)
  if (groups === null) return null
  const { metric } = groups.series
  const placed = groups.series.values.filter((_, index) => groups.names[index] !== '')
  const shades = shadesOf(placed, metric, options, context)
  const { theme } = context
  return {
    view: 'map',
    title,
    summary: summaryOf(
      title,
      { ...figures, categories: groups.categories, series: [groups.series] },
      context,
    ),
    regions: options.regions ?? 'us-states',
    places: groups.categories.flatMap((category, index) => {
      const color = shades.colorOf(groups.series.values[index] ?? null)
      const point = pointOf(category, groups.series, index, { color, share: null, context })
      return point === null ? [] : [{ name: groups.names[index] ?? '', color, point }]
    }),
    empty: theme.empty,
    outline: theme.background,
    scale: options.legend === 'none' ? null : shades.scale,
    missing: context.words.noPlace,
  } satisfies MapChart
}

interface Places {
  readonly names: readonly string[]
  readonly categories: Figures['categories']
  readonly series: Figures['series'][number]
}

/** Groups of a single series, or series of a time as wholes; null where nothing names a place. */
function placesOf({ time, categories, series }: Figures, key: string | null): Places | null {
  const [first, second] = series
  if (first === undefined) return null
  if (time === null) {
    if (second !== undefined) return null
    const names = categories.map(({ keys }) => {
      const named = key === null ? keys[0] : keys.find(({ dimension }) => dimension === key)
      return figureText(named?.value)
    })
    return names.every((name) => name === '') ? null : { names, categories, series: first }
  }
  const keyOf = (each: Figures['series'][number]) => each.at.group ?? []
  const names = series.map((each) => {
    const named = key === null ? keyOf(each)[0] : keyOf(each).find(({ dimension }) => dimension === key)
    return figureText(named?.value)
  })
  if (
    names.every((name) => name === '') ||
    series.some(({ metric }) => metric !== first.metric && metric.name !== first.metric.name)
  )
    return null
  return {
    names,
    categories: series.map(({ name: label, isOthers, at }) => ({
      label,
      keys: [],
      isOthers,
      isOpen: false,
      at,
    })),
    series: {
      ...first,
      name: first.metric.title,
      values: series.map(({ total }) => total),
      compared: null,
      at: {},
    },
  }
}
