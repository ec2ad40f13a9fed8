import { z } from 'zod'

/** The model document as far as it says what to ask and whose a row is. Members that are not known here are fine. */

const dimensionSchema = z.object({
  name: z.string(),
  column: z.string().optional(),
  from: z.string().optional(),
  requires: z.array(z.string()).optional(),
})

const datasetSchema = z.object({
  name: z.string(),
  tenantColumn: z.string().optional(),
  timeDimension: z.string().optional(),
  rowRules: z.array(z.unknown()).default([]),
  dimensions: z.array(dimensionSchema).default([]),
  metrics: z
    .array(
      z.object({
        name: z.string(),
        aggregate: z.string().optional(),
        filters: z.array(z.unknown()).default([]),
        requires: z.array(z.string()).optional(),
      }),
    )
    .default([]),
})

const namedSchema = z.object({ name: z.string() })
const metricSchema = z.object({ metric: z.string() }).optional()
const rowsSchema = z.object({ dataset: z.string() }).optional()
const metricsSchema = z.object({ metrics: z.array(z.string()) }).optional()

const widgetSchema = z.object({
  name: z.string(),
  counter: metricSchema,
  leaderboard: metricSchema,
  timeSeries: metricsSchema,
  table: metricsSchema,
  histogram: rowsSchema,
  funnel: rowsSchema,
  retention: rowsSchema,
})

const modelSchema = z.object({
  datasets: z.array(datasetSchema).default([]),
  dashboards: z
    .array(
      z.object({
        name: z.string(),
        tenant: z.string().optional(),
        filters: z.array(z.object({ dimension: z.string(), dataset: z.string().optional() })).default([]),
        widgets: z.array(widgetSchema).default([]),
      }),
    )
    .default([]),
  roles: z.array(namedSchema).default([]),
  policies: z.array(namedSchema).default([]),
})

export type Model = z.infer<typeof modelSchema>
export type ModelDataset = z.infer<typeof datasetSchema>
export type ModelDashboard = Model['dashboards'][number]

/** @throws an Error where it is no model document */
export function readModel(document: unknown): Model {
  const parsed = modelSchema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new Error(`The model document cannot be read: ${z.prettifyError(parsed.error)}`)
}

/** What a dimension shows of whose rows. */
export interface Ownership {
  /** A joined row may be missing, and its columns are null then. */
  readonly nullable: boolean
}

/**
 * By `dataset.dimension`: those that stand on the tenant column of their own dataset or of one that is joined. All of
 * their values are the tenant's own id, whatever was asked.
 */
export function ownedDimensions(model: Model): ReadonlyMap<string, Ownership> {
  const owned = new Map<string, Ownership>()
  for (const dataset of model.datasets) {
    for (const dimension of dataset.dimensions) {
      const [datasetOfColumn, column] = columnBehind(model, dataset, dimension)
      if (column === undefined || datasetOfColumn?.tenantColumn !== column) continue
      owned.set(`${dataset.name}.${dimension.name}`, { nullable: dimension.from !== undefined })
    }
  }
  return owned
}

/** By `dataset.dimension`: the dimension of a joined dataset that it shows, as `dataset.dimension`. */
export function joinedDimensions(model: Model): ReadonlyMap<string, string> {
  return new Map(
    model.datasets.flatMap((dataset) =>
      dataset.dimensions.flatMap(({ name, from }): [string, string][] =>
        from === undefined ? [] : [[`${dataset.name}.${name}`, from]],
      ),
    ),
  )
}

/** The dataset that a widget asks of, by its name or by its first metric. */
export function datasetOfWidget(model: Model, dashboard: string, widget: string): string | null {
  const definition = model.dashboards
    .find(({ name }) => name === dashboard)
    ?.widgets.find(({ name }) => name === widget)
  if (definition === undefined) return null
  const { counter, leaderboard, timeSeries, table, histogram, funnel, retention } = definition
  const named = (histogram ?? funnel ?? retention)?.dataset
  if (named !== undefined) return named
  const metric = (counter ?? leaderboard)?.metric ?? (timeSeries ?? table)?.metrics[0]
  return model.datasets.find(({ metrics }) => metrics.some(({ name }) => name === metric))?.name ?? null
}

function columnBehind(
  model: Model,
  dataset: ModelDataset,
  { name, column, from }: ModelDataset['dimensions'][number],
): [ModelDataset | undefined, string | undefined] {
  if (from === undefined) return [dataset, column ?? name]
  const dot = from.indexOf('.')
  const joined = model.datasets.find((candidate) => candidate.name === from.slice(0, dot))
  const member = from.slice(dot + 1)
  const dimension = joined?.dimensions.find((candidate) => candidate.name === member)
  if (dimension?.from !== undefined) return [undefined, undefined]
  return [joined, dimension?.column ?? member]
}
