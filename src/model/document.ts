import { z } from 'zod'
import { visualizationKinds } from '../catalogue/catalogue.ts'
import { months, weekdays } from '../catalogue/customs.ts'
import { benchmarkSchema } from './benchmark-document.ts'
import { dataSourceSchema, engineName } from './data-source-document.ts'
import { latencyText, parseLatency } from './latency.ts'
import { metricSchema, unit } from './metric-document.ts'
import { layerSchema, requires, rowRuleSchema } from './permission-document.ts'
import {
  counterSchema,
  funnelSchema,
  histogramSchema,
  leaderboardSchema,
  list,
  retentionSchema,
  tableSchema,
  text,
  timeRangeSchema,
  timeSeriesSchema,
} from './question-document.ts'
import { tenancySchema, tenantId } from './tenancy-document.ts'

/**
 * The shape of the model document. What holds between its parts (which names exist, which members exclude each
 * other) is in rules.ts. Nothing is filled in: a document is kept and given back as it was written.
 */

const nameText = 'a name of at most 63 lowercase letters, digits and _, starting with a letter'
const name = text(nameText, /^[a-z][a-z0-9_]{0,62}$/)
const reference = z.string({ error: 'a name' })
const head = {
  name,
  title: text('a title of 1 to 200 characters on one line', /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u).optional(),
  description: text('a text of 1 to 2000 characters', /^(?:[^\p{Cc}\p{Cs}]|\n){1,2000}$/u).optional(),
}

const tableName = engineName('table')
const databaseName = engineName('database')
const schemaName = engineName('schema')
const columnName = text(
  'the name of a column of at most 128 characters, without control characters, backticks and backslashes',
  /^[^\p{Cc}\p{Cs}`\\]{1,128}$/u,
)

const dataSource = dataSourceSchema(name)

const join = z.strictObject({
  to: reference,
  on: z.record(columnName, columnName, { error: columnPairsText() }),
})

function columnPairsText(): string {
  return 'pairs of an own column and a column of the other table'
}

export const dimensionTypes = ['string', 'number', 'boolean', 'time'] as const

const dimension = z.strictObject({
  ...head,
  type: z.enum(dimensionTypes).optional(),
  column: columnName.optional(),
  from: text(
    'a dataset that is joined and one of its dimensions or columns: airports.state',
    /^[a-z0-9_]+\..+$/,
  )
    .max(200, { error: 'at most 200 characters' })
    .optional(),
  conformed: z.boolean().optional(),
  requires,
  format: text('a format such as percent', /^[a-z][a-z0-9_]{0,39}$/).optional(),
  unit,
})

const dataset = z.strictObject({
  ...head,
  /** Left out: in the place of each tenant, as `tenancy` of the document says. */
  dataSource: reference.optional(),
  database: databaseName.optional(),
  /** Of PostgreSQL, where it takes the place of the data source's. */
  schema: schemaName.optional(),
  table: tableName,
  tenantColumn: columnName.optional(),
  tenancy: z.enum(['own', 'shared'], { error: 'own or shared' }).optional(),
  organizationColumn: columnName.optional(),
  environmentColumn: columnName.optional(),
  timeDimension: reference.optional(),
  latency: z
    .string({ error: latencyText })
    .refine((text) => parseLatency(text) !== null, { error: latencyText })
    .optional(),
  joins: list(join, 20).optional(),
  rowRules: list(rowRuleSchema, 50).optional(),
  dimensions: list(dimension, 500).optional(),
  metrics: list(metricSchema(head), 500).optional(),
})

const freeForm = z.record(z.string(), z.unknown())

const widget = z.strictObject({
  ...head,
  visualization: z.strictObject({ kind: z.enum(visualizationKinds), options: freeForm.optional() }),
  counter: counterSchema.optional(),
  timeSeries: timeSeriesSchema.optional(),
  leaderboard: leaderboardSchema.optional(),
  table: tableSchema.optional(),
  histogram: histogramSchema.optional(),
  funnel: funnelSchema.optional(),
  retention: retentionSchema.optional(),
})

const dashboard = z.strictObject({
  ...head,
  tenant: tenantId.optional(),
  filters: list(
    z.strictObject({
      dimension: reference,
      name: name.optional(),
      title: head.title,
      dataset: reference.optional(),
    }),
    50,
  ).optional(),
  defaultTimeRange: timeRangeSchema.optional(),
  layout: freeForm.optional(),
  widgets: list(widget, 100),
})

const layer = layerSchema(head)
const benchmark = benchmarkSchema(head)

const calendar = z.strictObject({
  weekStart: z.enum(weekdays, { error: weekdays.join(' or ') }).optional(),
  fiscalYearStart: z.enum(months, { error: `a month: ${months.join(', ')}` }).optional(),
})

export const modelSchema = z.strictObject({
  dataSources: list(dataSource, 20),
  tenancy: tenancySchema(reference).optional(),
  calendar: calendar.optional(),
  datasets: list(dataset, 1000),
  roles: list(layer, 200).optional(),
  policies: list(layer, 1000).optional(),
  benchmarks: list(benchmark, 100).optional(),
  dashboards: list(dashboard, 500).optional(),
})

export type ModelDocument = z.infer<typeof modelSchema>

/** Of the value itself: what zod gives back has its keys in the order of the schema, and not as they were written. */
export function isModelDocument(value: unknown): value is ModelDocument {
  return modelSchema.safeParse(value).success
}

export type DataSourceDefinition = z.infer<typeof dataSource>
export type TenancyDefinition = NonNullable<ModelDocument['tenancy']>
export type DatasetDefinition = z.infer<typeof dataset>
export type JoinDefinition = z.infer<typeof join>
export type BenchmarkDefinition = z.infer<typeof benchmark>
export type LayerDefinition = z.infer<typeof layer>
export type DimensionDefinition = z.infer<typeof dimension>
export type MetricDefinition = NonNullable<DatasetDefinition['metrics']>[number]
export type DashboardDefinition = z.infer<typeof dashboard>
export type WidgetDefinition = z.infer<typeof widget>

/** `on_time_share` → `On time share`, where the document gives no title. */
export function titleOf({ name: own, title }: { name: string; title?: string | undefined }): string {
  if (title !== undefined) return title
  const words = own.replaceAll('_', ' ').trim()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

export function headOf(definition: {
  name: string
  title?: string | undefined
  description?: string | undefined
}) {
  const { name, description = null } = definition
  return { name, title: titleOf(definition), description }
}
