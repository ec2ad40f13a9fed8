import type { GuestTokenPayload } from '../../src/access/payload.ts'
import type { Scope } from '../../src/access/scope.ts'
import { adHocAnalytics } from '../../src/analytics/ad-hoc.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { TimeRangeInput } from '../../src/catalogue/inputs.ts'
import { TesseraError } from '../../src/errors.ts'
import { buildCatalogue } from '../../src/model/catalogue.ts'
import { parseModel } from '../../src/model/parse.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { column, text } from './catalogue.ts'
import type { ProofAnswer } from './proof-answers.ts'
import { sorted } from './proof-answers.ts'
import {
  documentOf,
  nowSeconds,
  type ProofModel,
  type ProofQuestion,
  type ProofRange,
  type ProofToken,
} from './proof-case.ts'
import type { Cell } from './proof-rows.ts'
import { testScope } from './scope.ts'

const int32 = { kind: 'integer', bits: 32, signed: true } as const
const columnsOf = {
  sales: [
    column('tenant', text),
    column('at', { kind: 'instant', fraction: 0 }),
    column('id', { kind: 'integer', bits: 32, signed: false }),
    column('region', text),
    column('city_id', text),
    column('channel', text, true),
    column('amount', int32),
    column('margin', int32),
  ],
  cities: [column('city_id', text), column('name', text), column('country', text), column('size', int32)],
}
const columns = new Map(
  Object.entries(columnsOf).map(([name, list]) => [name, new Map(list.map((found) => [found.name, found]))]),
)

export function catalogueOf(model: ProofModel): Catalogue {
  return buildCatalogue(parseModel(documentOf(model)), columns, 1)
}

export function claimsOf({ role, policy, attributes, grants }: ProofToken): Partial<GuestTokenPayload> {
  const { datasets, allowedDimensions, lockedFilters, allowedPeriods } = grants
  return JSON.parse(
    JSON.stringify({
      role: role ?? undefined,
      policy: policy ?? undefined,
      attributes,
      dataset_ids: datasets,
      allowed_dimensions: allowedDimensions,
      locked_filters: lockedFilters,
      allowed_periods: allowedPeriods,
      min_granularity: grants.minGranularity,
      max_date_range_days: grants.maxDateRangeDays,
      earliest: grants.earliest,
      allow_drill_down: grants.allowDrillDown,
      allow_ad_hoc: grants.allowAdHoc,
    }),
  )
}

export function scopeFor(token: ProofToken, catalogue: Catalogue): Scope {
  return testScope(token.tenant, claimsOf(token), catalogue)
}

export function analyticsFor(scope: Scope, catalogue: Catalogue, warehouse: Warehouse): Analytics {
  const stored = createAnalytics(scope, {
    catalogue,
    warehouses: new Map([['warehouse', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 1_000,
    now: nowSeconds * 1_000_000,
    signal: undefined,
    tellsCost: true,
    inTurn: (run) => run(),
  })
  return adHocAnalytics(scope, stored)
}

/** The code of the refusal, or what came back. */
export async function asked(analytics: Analytics, question: ProofQuestion): Promise<string | ProofAnswer> {
  try {
    return await answered(analytics, question)
  } catch (error) {
    if (error instanceof TesseraError && error.code !== 'INTERNAL') return error.code
    throw error
  }
}

async function answered(analytics: Analytics, question: ProofQuestion): Promise<ProofAnswer> {
  const { dataset, filters } = question
  const common = { filters, timeRange: timeRangeOf(question.range) }
  switch (question.kind) {
    case 'counter': {
      const { figure } = await analytics.counter({ ...common, metric: question.metrics[0] ?? '' })
      return [[figure.value]]
    }
    case 'leaderboard': {
      const { metrics, dimensions } = question
      const { rows } = await analytics.leaderboard({ ...common, metric: metrics[0] ?? '', dimensions })
      return rows.map(({ keys, figure }) => [...keys.map(({ value }) => cell(value)), figure.value])
    }
    case 'table': {
      const { rows } = await analytics.table({
        ...common,
        metrics: question.metrics,
        dimensions: question.dimensions,
      })
      return rows.map((row) => row.map(cell))
    }
    case 'timeSeries': {
      const { metrics, grain } = question
      const { labels, series } = await analytics.timeSeries({ ...common, metrics, granularity: grain })
      return labels.map((label, index) => [label, ...series.map(({ values }) => values[index] ?? null)])
    }
    case 'topValues': {
      const { values } = await analytics.topValues({ ...common, dataset, dimension: question.dimension })
      return values.map(({ value, count }) => [cell(value), count])
    }
    case 'records': {
      const page = { first: 1_000 }
      const { edges } = await analytics.records({ ...common, dataset, columns: question.dimensions }, page)
      return sorted(edges.map(({ node }) => node.map(cell)))
    }
  }
}

function cell(value: string | number | boolean | null): Cell {
  if (typeof value === 'boolean') throw new Error('There are no booleans here.')
  return value
}

function timeRangeOf(range: ProofRange | null): TimeRangeInput | null {
  if (range?.between === undefined) return range === null ? null : { period: range.period ?? null }
  const text = (second: number) => new Date(second * 1000).toISOString()
  return { between: { start: text(range.between.start), stop: text(range.between.stop) } }
}
