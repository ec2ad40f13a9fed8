import {
  type Comparison,
  type CounterDataFragment,
  type FilterInput,
  type FunnelDataFragment,
  fragments,
  type Granularity,
  type HistogramDataFragment,
  type LeaderboardDataFragment,
  type RetentionDataFragment,
  type TableDataFragment,
  type TimeRangeInput,
  type TimeSeriesDataFragment,
  type WidgetAnswer,
  type WidgetDefinitionFragment,
} from './documents.generated.ts'
import type { TypedDocument } from './typed-document.ts'

/** The figures of a widget, of the type that its `answers` says. */
export type WidgetData =
  | CounterDataFragment
  | TimeSeriesDataFragment
  | LeaderboardDataFragment
  | TableDataFragment
  | HistogramDataFragment
  | FunnelDataFragment
  | RetentionDataFragment

/** What a viewer has chosen for a whole dashboard. Each widget takes what it knows of it. */
export interface ChosenControls {
  readonly timeRange?: TimeRangeInput | undefined
  readonly granularity?: Granularity | undefined
  readonly timeZone?: string | undefined
  readonly compareTo?: Comparison | undefined
  /** By the names of the dashboard's filters. */
  readonly filters?: Readonly<Record<string, FilterInput>> | undefined
}

export type AskedWidget = Pick<WidgetDefinitionFragment, 'id' | 'answers' | 'controls'>

/** The arguments of one widget's data: what was chosen, as far as the widget takes it. */
export interface WidgetArguments {
  readonly timeRange?: TimeRangeInput
  readonly granularity?: Granularity
  readonly timeZone?: string
  readonly compareTo?: Comparison
  readonly filters?: readonly FilterInput[]
}

/** What the alias of a widget answers with; null where it is not there any more, without data until that has come. */
export type DashboardData = Readonly<
  Record<string, { readonly id: string; readonly data?: WidgetData | null } | null>
>

export interface DashboardDataQuestion {
  readonly document: TypedDocument<DashboardData, Readonly<Record<string, unknown>>>
  readonly variables: Readonly<Record<string, unknown>>
  /** The alias of each widget that is asked, by its id. A text is not asked. */
  readonly aliases: ReadonlyMap<string, string>
}

/** One operation for the figures of all widgets, each delivered as it is ready. */
export function dashboardDataDocument(
  widgets: readonly AskedWidget[],
  chosen: ChosenControls = {},
): DashboardDataQuestion {
  const variables = createVariables()
  const aliases = new Map<string, string>()
  const fields: string[] = []
  for (const { id, answers, controls } of widgets) {
    if (answers === null || aliases.has(id)) continue
    const alias = `w${aliases.size}`
    aliases.set(id, alias)
    variables.set(alias, 'ID!', id)
    const data = `data${argumentsText(widgetArguments(controls, chosen), variables)}{${selectionOf(answers)}}`
    fields.push(`${alias}:widget(id:$${alias}){id ...@defer{${data}}}`)
  }
  if (fields.length === 0) fields.push('__typename')
  const query = `query DashboardData${variables.declared()}{${fields.join(' ')}}`
  return { document: withFragments(query), variables: variables.values(), aliases }
}

/** What a widget takes of what was chosen: an argument that it does not know would be refused. */
export function widgetArguments(
  taken: AskedWidget['controls'],
  { timeRange, timeZone, granularity, compareTo, filters = {} }: ChosenControls,
): WidgetArguments {
  const narrowing = taken.filters.flatMap((name) => filters[name] ?? [])
  return {
    ...(taken.timeRange && timeRange !== undefined && { timeRange }),
    ...(taken.timeRange && timeZone !== undefined && { timeZone }),
    ...(taken.granularity && granularity !== undefined && { granularity }),
    ...(taken.compareTo && compareTo !== undefined && { compareTo }),
    ...(narrowing.length > 0 && { filters: narrowing }),
  }
}

const fragmentNames: Readonly<Record<WidgetAnswer, keyof typeof fragments>> = {
  COUNTER: 'CounterData',
  TIME_SERIES: 'TimeSeriesData',
  LEADERBOARD: 'LeaderboardData',
  TABLE: 'TableData',
  HISTOGRAM: 'HistogramData',
  FUNNEL: 'FunnelData',
  RETENTION: 'RetentionData',
}

/** A newer server may answer with a type that is not known here. */
function selectionOf(answers: WidgetAnswer): string {
  const name: string | undefined = fragmentNames[answers]
  return name === undefined ? '__typename' : `...${name}`
}

const argumentTypes = [
  ['timeRange', 'TimeRangeInput'],
  ['granularity', 'Granularity'],
  ['timeZone', 'TimeZone'],
  ['compareTo', 'Comparison'],
  ['filters', '[FilterInput!]'],
] as const

function argumentsText(values: WidgetArguments, variables: Variables): string {
  const texts = argumentTypes.flatMap(([name, type]) => {
    const value = values[name]
    return value === undefined ? [] : [`${name}:$${variables.shared(name, type, value)}`]
  })
  return texts.length === 0 ? '' : `(${texts.join(' ')})`
}

interface Variables {
  set(name: string, type: string, value: unknown): void
  /** The variable of that value: widgets that are told the same share one, which keeps the document small. */
  shared(name: string, type: string, value: unknown): string
  declared(): string
  values(): Readonly<Record<string, unknown>>
}

function createVariables(): Variables {
  const values: Record<string, unknown> = {}
  const declarations: string[] = []
  const names = new Map<string, string>()
  const set: Variables['set'] = (name, type, value) => {
    values[name] = value
    declarations.push(`$${name}:${type}`)
  }
  return {
    set,
    shared: (name, type, value) => {
      const key = `${name} ${JSON.stringify(value)}`
      const known = names.get(key)
      if (known !== undefined) return known
      const unique = [...names.keys()].some((each) => each.startsWith(`${name} `))
        ? `${name}${names.size}`
        : name
      names.set(key, unique)
      set(unique, type, value)
      return unique
    },
    declared: () => (declarations.length === 0 ? '' : `(${declarations.join(' ')})`),
    values: () => values,
  }
}

/** A document with each fragment that it spreads, and those that they spread, once. */
export function withFragments(query: string): string {
  const names = new Set<string>()
  const collect = (text: string): void => {
    for (const [, name] of text.matchAll(/\.\.\.(\w+)/g)) {
      if (name === undefined || !isFragment(name) || names.has(name)) continue
      names.add(name)
      collect(fragments[name])
    }
  }
  collect(query)
  return [query, ...[...names].filter(isFragment).map((name) => fragments[name])].join('')
}

function isFragment(name: string): name is keyof typeof fragments {
  return Object.hasOwn(fragments, name)
}
