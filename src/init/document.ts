import { Document, isMap, isNode, isSeq } from 'yaml'
import { countedDistinct } from '../load/facts.ts'
import type { ModelDocument } from '../model/document.ts'
import { guessDashboard } from './dashboard.ts'
import { type Commented, type Guess, guessModel } from './guess.ts'
import type { TableProfile } from './profile.ts'

export interface FirstModelOptions {
  readonly tenantColumn: string
  /** With the address of the server that the rows are in; the embedded warehouse where there is none. */
  readonly urlVariable: string | null
  /** What that server is; ClickHouse unless it is given. */
  readonly kind?: 'clickhouse' | 'postgres'
}

const tablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * A model document of one table, as YAML that says what was guessed.
 * @throws Error where no model can name the table
 */
export function firstModel(profile: TableProfile, options: FirstModelOptions): string {
  for (const name of [profile.database, profile.table]) {
    if (tablePattern.test(name)) continue
    throw new Error(
      `A model cannot name ${JSON.stringify(name)}: expected letters, digits and _, not starting with a digit.`,
    )
  }
  const guess = guessModel(profile, options.tenantColumn)
  const document = new Document(modelOf(profile, options, guess), { aliasDuplicateObjects: false })
  comment(document, profile, options, guess)
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER })
}

function modelOf(
  { database, table }: TableProfile,
  { tenantColumn, urlVariable, kind = 'clickhouse' }: FirstModelOptions,
  guess: Guess,
): ModelDocument {
  const dataSource = sourceName(urlVariable)
  return {
    dataSources: [
      urlVariable === null
        ? { name: dataSource, kind: 'chdb' }
        : { name: dataSource, kind, url: { env: urlVariable } },
    ],
    tenancy: { dataSource },
    datasets: [
      {
        name: guess.dataset,
        dataSource,
        ...(kind === 'postgres' ? { schema: database } : { database }),
        ...{ table, tenantColumn },
        ...(guess.time && { timeDimension: guess.time.dimension }),
        dimensions: guess.dimensions.map(({ value }) => value),
        metrics: guess.metrics.map(({ value }) => value),
      },
    ],
    dashboards: [guessDashboard(guess)],
  }
}

/** `CLICKHOUSE_LAKE_URL` → `lake`; the installation's own is called `warehouse`. */
function sourceName(urlVariable: string | null): string {
  if (urlVariable === null || urlVariable === 'CLICKHOUSE_URL') return 'warehouse'
  const name = urlVariable.toLowerCase().replace(/^(clickhouse|postgres)_(?=\w+_url)/, '')
  return name.replace(/_urls?$/, '')
}

const dataset = ['datasets', 0] as const
const questionMembers = [
  'visualization',
  'counter',
  'timeSeries',
  'leaderboard',
  'histogram',
  'table',
] as const

function comment(
  document: Document,
  profile: TableProfile,
  { tenantColumn }: FirstModelOptions,
  guess: Guess,
): void {
  const { database, table, rows, rowsSeen } = profile
  const seen = rowsSeen < rows ? `the first ${rowsSeen.toLocaleString('en')} of its` : 'its'
  document.commentBefore = [
    ` A first model of ${database}.${table}, guessed from the names and types of its columns and from ${seen} ${rows.toLocaleString('en')} rows.`,
    ' Check, in this order:',
    ' 1. tenantColumn: whoever has a token of a tenant sees the rows with its id there, and no others.',
    ' 2. timeDimension: every period that is asked for is about it.',
    ' 3. The metrics: what a sum or a mean of them says, and in which unit.',
  ].join('\n')
  after(document, [...dataset, 'tenantColumn'], tenantComment(profile, tenantColumn))
  if (guess.time !== undefined) after(document, [...dataset, 'timeDimension'], timeComment(guess))
  each(document, [...dataset, 'dimensions'], guess.dimensions)
  each(document, [...dataset, 'metrics'], guess.metrics)
  const dimensions = document.getIn([...dataset, 'dimensions'], true)
  if (isSeq(dimensions) && guess.leftOut.length > 0) {
    dimensions.comment = [' Not dimensions:', ...guess.leftOut.map((text) => ` - ${text}`)].join('\n')
  }
  const range = ['dashboards', 0, 'defaultTimeRange']
  if (document.hasIn(range)) {
    flow(document, [...range, 'between'])
    after(document, [...range, 'between'], 'where rows keep coming: period: last_30_days')
  }
  for (const index of guess.categories.slice(0, 3).keys()) flow(document, ['dashboards', 0, 'filters', index])
  const widgets = document.getIn(['dashboards', 0, 'widgets'], true)
  for (const index of isSeq(widgets) ? widgets.items.keys() : []) {
    for (const member of questionMembers) flow(document, ['dashboards', 0, 'widgets', index, member])
  }
  const layout = document.getIn(['dashboards', 0, 'layout', 'widgets'], true)
  for (const place of isMap(layout) ? layout.items : []) if (isMap(place.value)) place.value.flow = true
}

function tenantComment({ columns, rowsSeen }: TableProfile, tenantColumn: string): string {
  const { distinct = 0, empty = 0 } = columns.find(({ name }) => name === tenantColumn) ?? {}
  const gaps = empty === 0 ? '' : `; ${empty.toLocaleString('en')} rows have none, and nobody sees them`
  const odd =
    distinct <= 1
      ? ': is it the right one?'
      : distinct > rowsSeen / 2
        ? ', nearly one for each row: is it the right one?'
        : ''
  return `${countedDistinct(distinct, rowsSeen, 'tenant')}${odd}${gaps}`
}

function timeComment({ time, dimensions }: Guess): string {
  const others = dimensions.filter(({ value }) => value.type === 'time' && value.name !== time?.dimension)
  const names = others.map(({ value }) => value.name).join(', ')
  return names === '' ? 'the one time that there is' : `there is ${names} as well`
}

/** Members of a list, each on one line with its comment. */
function each(
  document: Document,
  path: readonly (string | number)[],
  list: readonly Commented<unknown>[],
): void {
  for (const [index, { comment: text }] of list.entries()) {
    flow(document, [...path, index])
    if (text !== undefined) after(document, [...path, index], text)
  }
}

function flow(document: Document, path: readonly (string | number)[]): void {
  const node = document.getIn(path, true)
  if (isMap(node)) node.flow = true
}

function after(document: Document, path: readonly (string | number)[], text: string): void {
  const node = document.getIn(path, true)
  if (isNode(node)) node.comment = ` ${text}`
}
