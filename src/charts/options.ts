/**
 * What `visualization.options` of the model may say; docs/visualizations.md tells the author. What is missing, of
 * another type or not known reads as its default.
 */
export interface ChartOptions {
  readonly goal: number | null
  readonly goalLabel: string | null
  readonly lowerIsBetter: boolean
  readonly compact: boolean
  readonly sparkline: boolean
  /** null is across where names would not fit under upright bars. */
  readonly orientation: 'vertical' | 'horizontal' | null
  /** null is what the kind does by itself. */
  readonly stacked: 'none' | 'values' | 'shares' | null
  readonly legend: 'auto' | 'none' | 'bottom' | 'end'
  /** In the order of the series. */
  readonly colors: readonly string[]
  /** By the name that a series, a slice or a step is shown with. */
  readonly colorOf: ReadonlyMap<string, string>
  readonly smooth: boolean
  readonly points: boolean
  /** null is where they have room. */
  readonly labels: boolean | null
  readonly min: number | null
  readonly max: number | null
  /** Whether the axis of values starts at 0; null is for bars, areas, and lines that come near it. */
  readonly zero: boolean | null
  readonly axisTitle: string | null
  readonly bars: boolean
  readonly show: 'share' | 'count'
  readonly text: string | null
  readonly regions: 'us-states' | 'world' | null
  readonly key: string | null
  /** Of dimensions, by their names, where they head a column. */
  readonly titles: ReadonlyMap<string, string>
}

export function parseOptions(options: unknown): ChartOptions {
  const given = isObject(options) ? options : {}
  return {
    goal: number(given.goal),
    goalLabel: text(given.goalLabel),
    lowerIsBetter: given.lowerIsBetter === true,
    compact: given.compact === true,
    sparkline: given.sparkline !== false,
    orientation:
      given.orientation === 'horizontal' || given.orientation === 'vertical' ? given.orientation : null,
    stacked: stacking(given.stacked),
    legend: legend(given.legend),
    colors: colorList(given.color, given.colors),
    colorOf: texts(given.colors, isColor),
    smooth: given.smooth === true,
    points: given.points === true,
    labels: typeof given.labels === 'boolean' ? given.labels : null,
    min: number(given.min),
    max: number(given.max),
    zero: typeof given.zero === 'boolean' ? given.zero : null,
    axisTitle: text(given.axisTitle),
    bars: given.bars === true,
    show: given.show === 'count' ? 'count' : 'share',
    text: text(given.text),
    regions: given.regions === 'us-states' || given.regions === 'world' ? given.regions : null,
    key: text(given.key),
    titles: texts(given.titles, () => true),
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is almost nothing is nothing: no axis has steps so small. */
function number(value: unknown): number | null {
  if (typeof value !== 'number' || !(Math.abs(value) < 1e60)) return null
  return Math.abs(value) < 1e-15 ? 0 : value
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, 10_000) : null
}

function stacking(value: unknown): ChartOptions['stacked'] {
  if (value === true || value === 'values') return 'values'
  if (value === 'shares') return 'shares'
  return value === false || value === 'none' ? 'none' : null
}

function legend(value: unknown): ChartOptions['legend'] {
  if (value === false || value === 'none') return 'none'
  return value === 'bottom' || value === 'end' ? value : 'auto'
}

/** No other color: what a browser makes of a name or a function can be neither shaded nor held to its contrast. */
function isColor(value: string): boolean {
  return /^#([\da-f]{3}|[\da-f]{6})$/i.test(value)
}

function colorList(color: unknown, colors: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(colors) ? colors : [color]
  return all.filter((each): each is string => typeof each === 'string' && isColor(each))
}

function texts(value: unknown, isRight: (text: string) => boolean): ReadonlyMap<string, string> {
  if (!isObject(value)) return new Map()
  return new Map(
    Object.entries(value).flatMap(([name, each]) =>
      typeof each === 'string' && isRight(each) ? [[name, each] as const] : [],
    ),
  )
}
