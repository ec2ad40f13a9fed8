import type { DashboardDefinition, WidgetDefinition } from '../model/document.ts'
import { titleOf } from '../model/document.ts'
import type { Guess } from './guess.ts'
import { createNames } from './names.ts'

const day = 86_400

/** A first dashboard: figures on top, then what they were over time, then who or what they are of, then all of it in a table. */
export function guessDashboard(guess: Guess): DashboardDefinition {
  const { dataset, categories } = guess
  const range = rangeOf(guess)
  const names = createNames()
  const rows = [figures(guess), overTime(guess, range), bars(guess), details(guess)]
    .filter((widgets) => widgets.length > 0)
    .map((widgets) => widgets.map((widget) => ({ ...widget, name: names.take(widget.name) })))
  return {
    name: 'overview',
    title: titleOf({ name: dataset }),
    filters: categories.slice(0, 3).map((dimension) => ({ dimension })),
    ...(range && { defaultTimeRange: { between: { start: dayOf(range.start), stop: dayOf(range.stop) } } }),
    layout: { columns: 12, widgets: layoutOf(rows) },
    widgets: rows.flat(),
  }
}

interface Range {
  /** Seconds since 1970, at midnight. */
  readonly start: number
  readonly stop: number
}

/** All of the data, or the last year of it. */
function rangeOf({ time }: Guess): Range | undefined {
  if (time === undefined || time.least === null || time.most === null) return undefined
  const stop = (Math.floor(time.most / day) + 1) * day
  return { start: Math.max(Math.floor(time.least / day) * day, stop - 365 * day), stop }
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function figures({ count, sums, others }: Guess): readonly WidgetDefinition[] {
  const [sum] = sums
  return [count, ...(sum === undefined ? [] : [sum]), ...others].slice(0, 3).map((metric) => ({
    name: metric,
    visualization: { kind: 'NUMBER' },
    counter: { metric },
  }))
}

function overTime(guess: Guess, range: Range | undefined): readonly WidgetDefinition[] {
  if (range === undefined) return []
  const { count, sums, categories } = guess
  const granularity = grainOf(guess, range)
  const metric = sums[0] ?? count
  const series: WidgetDefinition = {
    name: 'over_time',
    title: `${titleOf({ name: metric })} by ${granularity.toLowerCase()}`,
    visualization: { kind: 'AREA' },
    timeSeries: { metrics: [metric], granularity },
  }
  const [by] = categories
  if (by === undefined) return [series]
  const stacked: WidgetDefinition = {
    name: 'over_time_by_group',
    title: `${titleOf({ name: count })} by ${granularity.toLowerCase()} and ${words(by)}`,
    visualization: { kind: 'STACKED_BAR' },
    timeSeries: { metrics: [count], granularity, groupBy: [by], limit: 5, others: true },
  }
  return [series, stacked]
}

function grainOf({ time }: Guess, { start, stop }: Range): 'HOUR' | 'DAY' | 'WEEK' {
  const days = (stop - start) / day
  if (days <= 2 && time?.type?.kind === 'instant') return 'HOUR'
  return days <= 92 ? 'DAY' : 'WEEK'
}

function bars({ count, sums, categories }: Guess): readonly WidgetDefinition[] {
  const metric = sums[0] ?? count
  return categories.slice(0, 2).map((dimension) => ({
    name: `by_${dimension}`.slice(0, 63),
    title: `${titleOf({ name: metric })} by ${words(dimension)}`,
    visualization: { kind: 'BAR', options: { orientation: 'horizontal' } },
    leaderboard: { metric, dimensions: [dimension], limit: 10 },
  }))
}

function details({ dataset, count, sums, others, categories, spread }: Guess): readonly WidgetDefinition[] {
  const histogram: readonly WidgetDefinition[] =
    spread === undefined || categories.length > 1
      ? []
      : [
          {
            name: 'spread',
            title: `${titleOf({ name: count })} by ${words(spread)}`,
            visualization: { kind: 'HISTOGRAM' },
            histogram: { dataset, dimension: spread },
          },
        ]
  const dimensions = categories.slice(0, 3)
  const metrics = [count, ...sums.slice(0, 2), ...others.slice(0, 2)]
  const table: WidgetDefinition = {
    name: 'details',
    visualization: { kind: 'TABLE' },
    table: { metrics, dimensions, orderBy: [{ by: sums[0] ?? count, order: 'DESC' }], limit: 50 },
  }
  return [...histogram, table]
}

function words(name: string): string {
  return name.replaceAll('_', ' ')
}

const heights = { NUMBER: 2, TABLE: 5 } as const

/** Rows of equal shares; the twelve columns divide into one, two and three. */
function layoutOf(rows: readonly (readonly WidgetDefinition[])[]) {
  let y = 0
  const places = rows.flatMap((widgets) => {
    const w = 12 / widgets.length
    const kind = widgets[0]?.visualization.kind
    const h = kind === 'NUMBER' || kind === 'TABLE' ? heights[kind] : 4
    const placed = widgets.map(({ name }, index) => [name, { x: index * w, y, w, h }] as const)
    y += h
    return placed
  })
  return Object.fromEntries(places)
}
