import { Scope } from '../../access/scope.ts'
import { leastTenants, mostShare } from '../../catalogue/benchmark.ts'
import { PolicyViolation } from '../../violation.ts'
import type { BenchmarkSelect } from '../benchmark-select.ts'
import type { Limits } from '../limits.ts'
import { Statement } from '../statement.ts'
import { tenantLiteral, withinTests } from '../tenant.ts'
import { kindOf } from './kinds.ts'
import { createNames } from './names.ts'
import { createBinding } from './parameters.ts'
import { settingsOf } from './print.ts'
import { printSumOfDoubles } from './print-aggregate.ts'
import { printExpression } from './print-expression.ts'
import { printPredicate } from './print-predicate.ts'
import { clause, rowsOf } from './print-text.ts'
import { printDouble } from './print-value.ts'
import { printOwner, printStored } from './print-view.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/**
 * The one statement that reads the rows of more than one tenant, with the bounds of ClickHouse's: what leaves the engine
 * is at most one row, of how many tenants there are, rounded down to a multiple of five, and three quartiles, each the mean of
 * three tenants' figures in two significant digits. docs/decisions/0009 says what to look at before this is changed. A
 * policy of the table that lets one tenant's rows through alone leaves no row here.
 */
export function printBenchmark(select: BenchmarkSelect, scope: Scope, limits: Limits): Statement {
  if (!Scope.isScope(scope))
    throw new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.')
  checkBounds(select)
  const { bind, parameters } = createBinding()
  const printing = printingOf(select, bind)
  const text = printQuartiles(printSpread(select, printTenants(select, scope, printing), printing))
  return Statement.of(text, parameters, {
    placeholder: /\$(\d+)/g,
    settings: settingsOf(scope),
    tables: [{ dataset: select.dataset, address: select.table }],
    resultRows: Math.min(1, limits.resultRows),
  })
}

/** Held here once more, whatever checked the model. */
function checkBounds({ minTenants, maxShare, tenancy }: BenchmarkSelect): void {
  const isBounded = Number.isSafeInteger(minTenants) && minTenants >= leastTenants.least
  if (!isBounded || !(maxShare > 0 && maxShare <= mostShare.most)) {
    throw new PolicyViolation('benchmark_unbounded', 'A benchmark without its bounds cannot be printed.')
  }
  if (tenancy.kind !== 'column')
    throw new PolicyViolation('tenancy_missing', 'A benchmark needs the column that tells tenants apart.')
}

const tenantName = quoteIdentifier('tenant')
const figureName = quoteIdentifier('figure')

/** The figure of each of the other tenants with rows that count, and what its share is taken of. */
function printTenants(select: BenchmarkSelect, scope: Scope, printing: Printing): string {
  const figure = `(${printExpression(select.figure, 0, printing)})::float8 AS ${figureName}`
  const shares = [
    `(${printExpression(select.counted, 0, printing)})::float8`,
    ...select.sums.map((sum) => `abs((${printExpression(sum, 0, printing)})::float8)`),
  ].map((share, index) => `${share} AS ${shareName(index)}`)
  const groups = [
    `SELECT ${[figure, ...shares].join(', ')}`,
    `FROM ${rowsOf(printRead(select, scope, printing))}`,
    ...clause('WHERE', printPredicate(select.window, printing)),
    `GROUP BY ${tenantName}`,
  ].join('\n')
  return [
    'SELECT *',
    `FROM ${rowsOf(groups)}`,
    `WHERE ${figureName} IS NOT NULL AND ${shareName(0)} > 0`,
  ].join('\n')
}

/** Without rows that are nobody's: no tenant's id is null or empty. */
function printRead(
  { dataset, table, tenancy, columns }: BenchmarkSelect,
  scope: Scope,
  printing: Printing,
): string {
  const { column } = tenancy
  const tenant = quoteIdentifier(column.name)
  const own = tenantLiteral(scope, column.type)
  const outputs = columns.map(
    (each) => `${printStored(each)} AS ${printing.column({ kind: 'column', alias: dataset, column: each })}`,
  )
  const conditions = [
    `${tenant} IS NOT NULL`,
    ...(column.type.kind === 'string' ? [`${tenant} <> ''`] : []),
    ...(own === null || own.text.includes('\u0000')
      ? []
      : [`${tenant} <> ${printing.bind(own.type, own.text)}`]),
    ...withinTests(tenancy, scope).map((test) => printOwner(test, printing.bind)),
  ]
  return [
    `SELECT ${[`${tenant} AS ${tenantName}`, ...outputs].join(', ')} FROM ${quoteIdentifier(table.database)}.${quoteIdentifier(table.table)}`,
    ...clause('WHERE', ...conditions),
  ].join('\n')
}

/** All of the tenants as one row, or none where they may not be told of. */
function printSpread(select: BenchmarkSelect, tenants: string, printing: Printing): string {
  const indices = [0, ...select.sums.map((_, index) => index + 1)]
  const totals = indices.flatMap((index) => [
    `max(${shareName(index)}) AS "most${index}"`,
    `${printSumOfDoubles(shareName(index), [], printing)} AS "all${index}"`,
  ])
  const outputs = [
    'count(*) AS "n"',
    `array_agg(${figureName} ORDER BY ${figureName}) AS "figures"`,
    ...totals,
  ]
  const held = [
    `"n" >= ${printing.bind('Int64', String(select.minTenants))}`,
    // Null where all of it is 0, so that nobody is told that everybody has nothing.
    ...indices.map(
      (index) =>
        `"most${index}" / NULLIF("all${index}", 0) <= ${printing.bind('Float64', String(select.maxShare))}`,
    ),
  ]
  return [
    `SELECT "n", ${threeAround('("n" + 1) / 4')} AS "low", ${threeAround('"n" / 2')} AS "middle", ${threeAround('"n" - 1 - ("n" + 1) / 4')} AS "high"`,
    `FROM ${rowsOf([`SELECT ${outputs.join(', ')}`, `FROM ${rowsOf(tenants)}`].join('\n'))}`,
    `WHERE ${held.join(' AND ')}`,
  ].join('\n')
}

/** @param rank counted from 0; with five tenants or more it has a neighbour on either side */
function threeAround(rank: string): string {
  return `"figures"[${rank}:${rank} + 2]`
}

function printQuartiles(spread: string): string {
  const quartiles = [
    ['low', 'lower'],
    ['middle', 'median'],
    ['high', 'upper'],
  ] as const
  const outputs = quartiles.map(
    ([three, name]) => `${printMean(quoteIdentifier(three))} AS ${quoteIdentifier(name)}`,
  )
  return [`SELECT "n" / 5 * 5 AS "tenants", ${outputs.join(', ')}`, `FROM ${rowsOf(spread)}`].join('\n')
}

/** In two significant digits. Where the largest outweighs the other two, their mean would be its figure by a third. */
function printMean(three: string): string {
  const isEven = '2 * max(abs(f)) <= sum(abs(f))'
  const mean = `to_char(${printDouble('sum(f) / 3')}, '9.9EEEE')::float8 + 0`
  // As decimals: three doubles could add up to more than there are doubles for.
  return `(SELECT CASE WHEN ${isEven} THEN ${mean} END FROM (SELECT f::text::numeric AS f FROM unnest(${three}) AS f) AS t)`
}

function shareName(index: number): string {
  return quoteIdentifier(`share${index}`)
}

function printingOf({ dataset }: BenchmarkSelect, bind: Printing['bind']): Printing {
  const name = createNames()
  return {
    bind,
    column: (reference) => {
      if (reference.alias !== dataset) throw elsewhere()
      return name(reference)
    },
    nullable: ({ alias, column }) => {
      if (alias !== dataset) throw elsewhere()
      return column.nullable || !['string', 'uuid', 'boolean', 'integer'].includes(column.type.kind)
    },
    kindOf: (of) => {
      if (of.kind === 'output') throw elsewhere()
      return kindOf(of, null)
    },
    isKnown: () => false,
    output: () => {
      throw elsewhere()
    },
    select: () => {
      throw elsewhere()
    },
  }
}

function elsewhere(): PolicyViolation {
  return new PolicyViolation('benchmark_unbounded', 'A benchmark reads one table.')
}
