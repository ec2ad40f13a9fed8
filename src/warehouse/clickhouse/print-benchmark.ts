import { Scope } from '../../access/scope.ts'
import { leastTenants, mostShare } from '../../catalogue/benchmark.ts'
import { PolicyViolation } from '../../violation.ts'
import type { BenchmarkSelect } from '../benchmark-select.ts'
import type { Limits } from '../limits.ts'
import type { ColumnReference } from '../select.ts'
import { type Parameter, type ParameterType, Statement } from '../statement.ts'
import { tenantLiteral, withinTests } from '../tenant.ts'
import { printStored } from './print.ts'
import { printExpression } from './print-expression.ts'
import { printPredicate } from './print-predicate.ts'
import { printSettings, type ReadonlyLevel } from './print-settings.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/**
 * The one statement that reads the rows of more than one tenant. What leaves the engine is at most one row: how many
 * tenants there are, rounded down to a multiple of five, and three quartiles, each the mean of three tenants' figures in two
 * significant digits. There is no row where there are too few tenants or one has too large a share, and no quartile
 * where one of its three makes up more than half of them. The scope's own tenant is none of them, so that nothing it
 * writes changes anything here. docs/decisions/0009 says what to look at before this is changed.
 */
export function printBenchmark(
  select: BenchmarkSelect,
  scope: Scope,
  limits: Limits,
  readonly: ReadonlyLevel = 1,
): Statement {
  if (!Scope.isScope(scope))
    throw new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.')
  checkBounds(select)
  const parameters: Parameter[] = []
  const bind = (type: ParameterType, value: string): string => {
    const name = `p${parameters.length}`
    parameters.push({ name, type, value })
    return `{${name}:${type}}`
  }
  const text = printQuartiles(printSpread(select, printTenants(select, scope, bind), bind))
  return Statement.of(
    `${text}\n${printSettings([], scope, limits, readonly)}\nFORMAT JSONColumnsWithMetadata`,
    parameters,
    { tables: [{ dataset: select.dataset, address: select.table }] },
  )
}

type Bind = (type: ParameterType, value: string) => string

/** Held here once more, whatever checked the model. */
function checkBounds({ minTenants, maxShare, tenancy }: BenchmarkSelect): void {
  const isBounded = Number.isSafeInteger(minTenants) && minTenants >= leastTenants.least
  if (!isBounded || !(maxShare > 0 && maxShare <= mostShare.most)) {
    throw new PolicyViolation('benchmark_unbounded', 'A benchmark without its bounds cannot be printed.')
  }
  if (tenancy.kind !== 'column')
    throw new PolicyViolation('tenancy_missing', 'A benchmark needs the column that tells tenants apart.')
}

/** The figure of each of the other tenants with rows that count, and what its share is taken of. */
function printTenants(select: BenchmarkSelect, scope: Scope, bind: Bind): string {
  const printing = printingOf(select, bind)
  const tenant = quoteIdentifier(`${select.dataset}!tenant`)
  const shares = sharesOf(select, printing).map((share, index) => `${share} AS ${shareName(index)}`)
  const figure = `toFloat64(${printExpression(select.figure, printing)})`
  return [
    `SELECT ${[`${figure} AS \`figure\``, ...shares].join(', ')}`,
    `FROM (${indent(printRead(select, scope, bind))})`,
    `WHERE ${printPredicate(select.window, printing)}`,
    `GROUP BY ${tenant}`,
    `HAVING isFinite(\`figure\`) AND ${shareName(0)} > 0`,
  ].join('\n')
}

/** Without rows that are nobody's: no tenant's id is null or empty. */
function printRead(select: BenchmarkSelect, scope: Scope, bind: Bind): string {
  const { dataset, table, tenancy, columns } = select
  const { column } = tenancy
  const tenant = quoteIdentifier(column.name)
  const own = tenantLiteral(scope, column.type)
  const outputs = columns.map(
    (each) => `${printStored(each)} AS ${quoteIdentifier(`${dataset}.${each.name}`)}`,
  )
  const conditions = [
    ...(column.nullable ? [`isNotNull(${tenant})`] : []),
    ...(column.type.kind === 'string' ? [`${tenant} <> ''`] : []),
    ...(own === null || own.type === 'instant' ? [] : [`${tenant} <> ${bind(own.type, own.text)}`]),
    ...withinTests(tenancy, scope).map(({ column: { name }, literal }) =>
      literal === null || literal.type === 'instant'
        ? 'false'
        : `${quoteIdentifier(name)} = ${bind(literal.type, literal.text)}`,
    ),
  ]
  return [
    `SELECT ${[`${tenant} AS ${quoteIdentifier(`${dataset}!tenant`)}`, ...outputs].join(', ')} FROM ${quoteIdentifier(table.database)}.${quoteIdentifier(table.table)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`]),
  ].join('\n')
}

/** All of the tenants as one row, or none where they may not be told of. */
function printSpread(select: BenchmarkSelect, tenants: string, bind: Bind): string {
  const indices = [0, ...select.sums.map((_, index) => index + 1)]
  const totals = indices.flatMap((index) => [
    `max(${shareName(index)}) AS \`most${index}\``,
    `sum(${shareName(index)}) AS \`all${index}\``,
  ])
  const least = bind('UInt64', String(select.minTenants))
  const share = bind('Float64', String(select.maxShare))
  const outputs = ['count() AS `n`', 'arraySort(groupArray(`figure`)) AS `figures`', ...totals]
  const held = [
    `\`n\` >= ${least}`,
    // Not a number where all of it is 0, so that nobody is told that everybody has nothing.
    ...indices.map((index) => `\`most${index}\` / \`all${index}\` <= ${share}`),
  ]
  return [
    `SELECT \`n\`, ${threeAround('intDiv(`n` + 1, 4)')} AS \`low\`, ${threeAround('intDiv(`n`, 2)')} AS \`middle\`, ${threeAround('`n` - 1 - intDiv(`n` + 1, 4)')} AS \`high\``,
    `FROM (${indent([`SELECT ${outputs.join(', ')}`, `FROM (${indent(tenants)})`].join('\n'))})`,
    `WHERE ${held.join(' AND ')}`,
  ].join('\n')
}

/** @param rank counted from 0; with five tenants or more it has a neighbour on either side */
function threeAround(rank: string): string {
  return `arraySlice(\`figures\`, ${rank}, 3)`
}

function printQuartiles(spread: string): string {
  const quartiles = [
    ['low', 'lower'],
    ['middle', 'median'],
    ['high', 'upper'],
  ] as const
  const outputs = quartiles.map(([three, name]) => `${printMean(quoteIdentifier(three))} AS \`${name}\``)
  return [
    `SELECT intDiv(\`n\`, 5) * 5 AS \`tenants\`, ${outputs.join(', ')}`,
    `FROM (${indent(spread)})`,
  ].join('\n')
}

/** In two significant digits. Where the largest outweighs the other two, their mean would be its figure by a third. */
function printMean(three: string): string {
  const isEven = `2 * arrayMax(x -> abs(x), ${three}) <= arraySum(x -> abs(x), ${three})`
  return `if(${isEven}, toFloat64(printf('%.1e', arraySum(${three}) / 3)) + 0, NULL)`
}

function sharesOf({ counted, sums }: BenchmarkSelect, printing: Printing): readonly string[] {
  return [
    `toFloat64(${printExpression(counted, printing)})`,
    ...sums.map((sum) => `abs(toFloat64(${printExpression(sum, printing)}))`),
  ]
}

function shareName(index: number): string {
  return `\`share${index}\``
}

function printingOf({ dataset }: BenchmarkSelect, bind: Bind): Printing {
  return {
    bind,
    nullable: ({ alias, column }: ColumnReference) => {
      if (alias !== dataset) unbounded()
      return column.nullable || column.type.kind === 'float'
    },
    order: unbounded,
    select: unbounded,
  }
}

function unbounded(): never {
  throw new PolicyViolation('benchmark_unbounded', 'A benchmark reads one table.')
}

function indent(text: string): string {
  return text.includes('\n') ? `\n  ${text.replaceAll('\n', '\n  ')}\n` : text
}
