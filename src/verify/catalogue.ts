import { z } from 'zod'
import type { Client } from './client.ts'

/** What a guest is shown of the model: names and types, no rows. */

const catalogueSchema = z.object({
  datasets: z.array(
    z.object({
      name: z.string(),
      timeDimension: z.string().nullable(),
      dimensions: z.array(z.object({ name: z.string(), type: z.string() })),
      metrics: z.array(z.object({ name: z.string(), additive: z.boolean(), needsSeries: z.boolean() })),
    }),
  ),
  dashboards: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          name: z.string(),
          widgets: z.array(z.object({ id: z.string(), name: z.string(), answers: z.string().nullable() })),
          filters: z.array(z.object({ dimension: z.string() })),
        }),
      }),
    ),
  }),
})

/** `metrics` are those that every kind of question can be asked for; the rest have figures in a series alone. */
export interface CatalogueDataset extends Omit<Parsed['datasets'][number], 'metrics'> {
  readonly metrics: readonly ParsedMetric[]
  readonly seriesMetrics: readonly ParsedMetric[]
}

export interface Catalogue {
  readonly datasets: readonly CatalogueDataset[]
  readonly dashboards: readonly CatalogueDashboard[]
}

type Parsed = z.infer<typeof catalogueSchema>
type ParsedMetric = Parsed['datasets'][number]['metrics'][number]
export type CatalogueDashboard = Parsed['dashboards']['edges'][number]['node']

export const catalogueQuery = `query Catalogue {
  datasets { name timeDimension dimensions { name type } metrics { name additive needsSeries } }
  dashboards(first: 100) { edges { node { id name widgets { id name answers } filters { dimension } } } }
}`

export function readCatalogue(data: unknown): Catalogue {
  const { datasets, dashboards } = catalogueSchema.parse(data)
  return {
    datasets: datasets.map((dataset) => ({
      ...dataset,
      metrics: dataset.metrics.filter(({ needsSeries }) => !needsSeries),
      seriesMetrics: dataset.metrics.filter(({ needsSeries }) => needsSeries),
    })),
    dashboards: dashboards.edges.map(({ node }) => node),
  }
}

/** @throws an Error where the token is not answered */
export async function loadCatalogue(client: Client, token: string): Promise<Catalogue> {
  const { data, status, text } = await client.ask(token, catalogueQuery)
  if (data === null) {
    throw new Error(
      `The datasets and dashboards of a token could not be listed: ${status} ${text.slice(0, 300)}`,
    )
  }
  return readCatalogue(data)
}
