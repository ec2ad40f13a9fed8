import type { FilterValue } from '../../src/access/grants.ts'
import type { Scope } from '../../src/access/scope.ts'
import { adHocAnalytics } from '../../src/analytics/ad-hoc.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { TesseraError } from '../../src/errors.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { parseModel } from '../../src/model/parse.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import type { Token } from './reference-cases.ts'
import type { Question } from './reference-evaluator.ts'
import type { Answer } from './reference-groups.ts'
import { documentOf, type ModelParts } from './reference-model.ts'
import { nowSeconds } from './reference-time.ts'
import { type Cell, tableColumns } from './reference-world.ts'
import { testScope } from './scope.ts'

/** The product, asked what the reference is asked. */

const columns = new Map(
  Object.entries(tableColumns).map(([name, list]) => [name, new Map(list.map((one) => [one.name, one]))]),
)

/** @throws TesseraError where the generated model is not one that could be applied */
export function catalogueOf(parts: ModelParts): Catalogue {
  return buildCatalogue(parseModel(documentOf(parts)), columns, 1)
}

export function scopeFor({ tenant, claims }: Token, catalogue: Catalogue): Scope {
  return testScope(tenant, claims, catalogue)
}

/** What a guest's own questions go through, with as many of them as there are. */
export function plannerFor(token: Token, catalogue: Catalogue, warehouse: Warehouse): Analytics {
  const scope = scopeFor(token, catalogue)
  const stored = createAnalytics(scope, {
    catalogue,
    warehouses: warehousesNamed([['warehouse', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: Number.MAX_SAFE_INTEGER,
    now: nowSeconds * 1_000_000,
    signal: undefined,
    inTurn: (run) => run(),
    tellsCost: true,
  })
  return adHocAnalytics(scope, stored)
}

/** An answer, or the code that it was refused with. What is nobody's refusal is thrown on. */
export async function askPlanner(analytics: Analytics, question: Question): Promise<Answer | string> {
  try {
    return await answerFrom(analytics, question)
  } catch (error) {
    if (error instanceof TesseraError && error.code !== 'INTERNAL') return error.code
    throw error
  }
}

async function answerFrom(analytics: Analytics, { kind, input }: Question): Promise<Answer> {
  switch (kind) {
    case 'counter':
      return [[(await analytics.counter(input)).figure.value]]
    case 'leaderboard': {
      const { rows } = await analytics.leaderboard(input)
      return rows.map(({ keys, figure }) => [...keys.map(({ value }) => cellOf(value)), figure.value])
    }
    case 'table':
      return (await analytics.table(input)).rows.map((row) => row.map(cellOf))
    case 'timeSeries': {
      const { labels, series } = await analytics.timeSeries(input)
      return labels.map((label, place) => [label, ...series.map(({ values }) => values[place] ?? null)])
    }
    case 'topValues':
      return (await analytics.topValues(input)).values.map(({ value, count }) => [cellOf(value), count])
    case 'records': {
      const { edges } = await analytics.records(input, { first: 1000 })
      return edges.map(({ node }) => node.map(cellOf))
    }
  }
}

function cellOf(value: FilterValue): Cell {
  if (typeof value === 'boolean') throw new Error('The tables have no booleans.')
  return value
}
