import fc from 'fast-check'
import type { Dataset } from '../../src/catalogue/catalogue.ts'
import type { FilterInput } from '../../src/catalogue/inputs.ts'
import type { ConformanceTable, StoredRow } from '../conformance/engine.ts'
import { catalogueOf, column, dimension, int32, metric, named, second, text } from './catalogue.ts'

/** What someone did: few people, few instants and many ties, so that the order of rows is hard to tell. */
export interface Row {
  /** Milliseconds since 1970; null where no one knows when. */
  readonly at: number | null
  readonly who: string | null
  readonly act: string
  readonly amount: number | null
}

const columns = {
  tenant: column('tenant', text),
  at: column('at', { kind: 'instant', fraction: 3 }, true),
  second: column('second', second),
  day: column('day', { kind: 'date' }),
  who: column('who', text, true),
  act: column('act', text),
  amount: column('amount', int32, true),
}

/** The same rows by their millisecond, their second and their day. */
export const logs = { log: 'at', log_by_second: 'second', log_by_day: 'day' } as const
export type LogName = keyof typeof logs

export const logTable: ConformanceTable = {
  address: { database: 'behaviour', table: 'log' },
  columns: Object.values(columns),
}

function logDataset(name: LogName): Dataset {
  return {
    name,
    title: name,
    description: null,
    dataSource: 'warehouse',
    table: logTable.address,
    tenancy: { kind: 'column', column: columns.tenant },
    timeDimension: logs[name],
    latencySeconds: 0,
    dimensions: named(Object.values(columns).map((of) => dimension(of))),
    joins: new Map(),
    rowRules: [],
    metrics: [metric({ name: `${name}_rows`, dataset: name })],
  }
}

export const logCatalogue = catalogueOf([
  logDataset('log'),
  logDataset('log_by_second'),
  logDataset('log_by_day'),
])

export const logStart = Date.UTC(2001, 2, 20)
const day = 86_400_000

/** Close together, some on one instant, some a day or a second apart to the millisecond. */
const instant = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 0, 1, 999, 1000, 3_600_000, 7_200_000))
  .map(([days, offset]) => logStart + days * day + offset)

export const acts = ['visit', 'sign_up', 'buy', 'leave'] as const

const row: fc.Arbitrary<Row> = fc.record({
  at: fc.option(instant, { freq: 30, nil: null }),
  who: fc.option(fc.constantFrom('ann', 'bob', 'cem', ''), { freq: 15, nil: null }),
  act: fc.constantFrom(...acts),
  amount: fc.option(fc.integer({ min: -2, max: 5 }), { freq: 4, nil: null }),
})

/** One log for each tenant `t0`, `t1` …; the same at every run. */
export const tenantLogs: readonly (readonly Row[])[] = fc.sample(
  fc.array(row, { minLength: 0, maxLength: 24 }),
  { numRuns: 60, seed: 4 },
)

export function logRows(): readonly StoredRow[] {
  const text = (millis: number) => new Date(millis).toISOString().replace('T', ' ').slice(0, -1)
  return tenantLogs.flatMap((log, tenant) =>
    log.map(({ at, who, act, amount }) => {
      const known = text(at ?? logStart)
      const times = [at === null ? null : known, known.slice(0, 19), known.slice(0, 10)]
      return [`t${tenant}`, ...times, who, act, amount === null ? null : String(amount)]
    }),
  )
}

/** The time of a row as its dataset has it, in milliseconds; null where it has none. */
export function timeIn(name: LogName, { at }: Row): number | null {
  if (name === 'log') return at
  const known = at ?? logStart
  const width = name === 'log_by_second' ? 1000 : day
  return Math.floor(known / width) * width
}

export interface Condition {
  readonly filters: readonly FilterInput[]
  readonly holds: (row: Row) => boolean
}

/** Filters beside what they mean, written by hand. */
export const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant<Condition>({ filters: [], holds: () => true }),
  fc.subarray([...acts], { minLength: 1 }).map(
    (values): Condition => ({
      filters: [{ dimension: 'act', values }],
      holds: ({ act }) => values.some((value) => value === act),
    }),
  ),
  fc.integer({ min: -2, max: 5 }).map(
    (least): Condition => ({
      filters: [{ dimension: 'amount', operator: 'GREATER_THAN', values: [least] }],
      holds: ({ amount }) => amount !== null && amount > least,
    }),
  ),
  fc.tuple(fc.constantFrom(...acts), fc.integer({ min: -2, max: 5 })).map(
    ([act, amount]): Condition => ({
      filters: [
        {
          not: {
            or: [
              { dimension: 'act', values: [act] },
              { dimension: 'amount', values: [amount] },
            ],
          },
        },
      ],
      holds: (row) => row.act !== act && row.amount !== amount,
    }),
  ),
  fc.constant<Condition>({ filters: [{ dimension: 'act', values: [] }], holds: () => false }),
)

/** The rows of each one who did something at some time. */
export function peopleIn(
  name: LogName,
  log: readonly Row[],
  isInside: (time: number) => boolean,
): readonly (readonly (Row & { readonly time: number })[])[] {
  const people = new Map<string, (Row & { readonly time: number })[]>()
  for (const row of log) {
    const time = timeIn(name, row)
    if (row.who === null || time === null || !isInside(time)) continue
    people.set(row.who, [...(people.get(row.who) ?? []), { ...row, time }])
  }
  return [...people.values()]
}
