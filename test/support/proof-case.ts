import type { FilterInput } from '../../src/catalogue/inputs.ts'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'

/** A model, a token and a question, in the words of the model document, the token's claims and the API. */
export interface ProofCase {
  readonly model: ProofModel
  readonly token: ProofToken
  readonly question: ProofQuestion
}

export interface ProofModel {
  readonly saleRules: readonly RowRuleDefinition[]
  readonly cityRules: readonly RowRuleDefinition[]
  readonly role: ProofLayer
  readonly policy: ProofLayer
}

/** What a role, a policy or a token grants. Absent passes on. */
export interface ProofLayer {
  readonly datasets?: readonly string[] | undefined
  readonly allowedDimensions?: readonly string[] | undefined
  readonly allowedMetrics?: readonly string[] | undefined
  readonly permissions?: readonly string[] | undefined
  readonly lockedFilters?: readonly ProofLock[] | undefined
  readonly allowedPeriods?: readonly string[] | undefined
  readonly minGranularity?: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | undefined
  readonly maxDateRangeDays?: number | undefined
  /** Seconds since 1970. */
  readonly earliest?: number | undefined
  readonly allowDrillDown?: boolean | undefined
  readonly allowAdHoc?: boolean | undefined
}

export interface ProofLock {
  readonly dataset?: string | undefined
  readonly dimension: string
  readonly operator: 'EQUALS' | 'NOT_EQUALS' | 'GREATER_THAN' | 'IS_NULL'
  readonly values: readonly (string | number)[]
}

export interface ProofToken {
  readonly tenant: string
  readonly role: string | null
  readonly policy: 'p' | null
  readonly attributes: Readonly<Record<string, string | number | readonly string[]>>
  /** Without allowedMetrics and permissions, which a token has not. */
  readonly grants: ProofLayer
}

export interface ProofRange {
  readonly period?: string | undefined
  readonly between?: { readonly start: number; readonly stop: number } | undefined
}

interface About {
  readonly dataset: 'sales' | 'cities'
  readonly range: ProofRange | null
  readonly filters: readonly FilterInput[]
}

export type ProofQuestion = About &
  (
    | { readonly kind: 'counter'; readonly metrics: readonly string[] }
    | {
        readonly kind: 'leaderboard'
        readonly metrics: readonly string[]
        readonly dimensions: readonly string[]
      }
    | { readonly kind: 'table'; readonly metrics: readonly string[]; readonly dimensions: readonly string[] }
    | {
        readonly kind: 'timeSeries'
        readonly metrics: readonly string[]
        readonly grain: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'
      }
    | { readonly kind: 'topValues'; readonly dimension: string }
    | { readonly kind: 'records'; readonly dimensions: readonly string[] }
  )

/** Of each dataset, its dimensions by name: the column, and whether it is the joined city's. */
export const members = {
  sales: {
    dimensions: ['id', 'at', 'region', 'channel', 'amount', 'margin', 'city', 'country'],
    metrics: ['sold', 'revenue', 'profit', 'best', 'places', 'east_sold', 'east_share'],
  },
  cities: { dimensions: ['city_id', 'name', 'country', 'size'], metrics: ['listed'] },
} as const

/** What naming a member needs. */
export const requires: Readonly<Record<string, string>> = {
  margin: 'margin',
  profit: 'margin',
  size: 'sizes',
}

/** The moment at which every question is asked: a Tuesday. */
export const nowSeconds = Date.UTC(2001, 2, 20, 12) / 1000

function layerDocument(name: string, { earliest, ...layer }: ProofLayer) {
  return {
    name,
    ...layer,
    ...(earliest !== undefined && { earliest: new Date(earliest * 1000).toISOString() }),
  }
}

export function documentOf({ saleRules, cityRules, role, policy }: ProofModel): object {
  const source = { dataSource: 'warehouse', database: 'proof' }
  return JSON.parse(
    JSON.stringify({
      dataSources: [{ name: 'warehouse', kind: 'chdb' }],
      datasets: [
        {
          name: 'sales',
          ...source,
          table: 'sales',
          tenantColumn: 'tenant',
          timeDimension: 'at',
          joins: [{ to: 'cities', on: { city_id: 'city_id' } }],
          dimensions: [
            { name: 'id', type: 'number' },
            { name: 'at', type: 'time' },
            { name: 'region', type: 'string' },
            { name: 'channel', type: 'string' },
            { name: 'amount', type: 'number' },
            { name: 'margin', type: 'number', requires: ['margin'] },
            { name: 'city', from: 'cities.name' },
            { name: 'country', from: 'cities.country' },
          ],
          metrics: [
            { name: 'sold', aggregate: 'count' },
            { name: 'revenue', aggregate: 'sum', column: 'amount' },
            { name: 'profit', aggregate: 'sum', column: 'margin', requires: ['margin'] },
            { name: 'best', aggregate: 'max', column: 'amount' },
            { name: 'places', aggregate: 'count_distinct', column: 'city_id' },
            {
              name: 'east_sold',
              aggregate: 'count',
              filters: [{ dimension: 'region', values: ['east'] }],
            },
            { name: 'east_share', ratio: ['east_sold', 'sold'] },
          ],
          rowRules: saleRules,
        },
        {
          name: 'cities',
          ...source,
          table: 'cities',
          tenancy: 'shared',
          dimensions: [
            { name: 'city_id', type: 'string' },
            { name: 'name', type: 'string' },
            { name: 'country', type: 'string' },
            { name: 'size', type: 'number', requires: ['sizes'] },
          ],
          metrics: [{ name: 'listed', aggregate: 'count' }],
          rowRules: cityRules,
        },
      ],
      roles: [layerDocument('r', role)],
      policies: [layerDocument('p', policy)],
    }),
  )
}
