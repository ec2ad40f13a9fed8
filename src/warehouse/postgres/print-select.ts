import type { Expression, Select } from '../select.ts'
import { layersOf } from './print-behaviour.ts'
import { printExpression } from './print-expression.ts'
import { printOrder } from './print-order.ts'
import { printPredicate } from './print-predicate.ts'
import { clause, rowsOf, whole } from './print-text.ts'
import { printKnown, printShown } from './print-value.ts'
import { printView, type StatementContext } from './print-view.ts'
import type { Printing } from './printing.ts'
import {
  columnsOf,
  isNested,
  nameOf,
  type Parts,
  type Placed,
  partsOf,
  printingOf,
  type Standing,
  timesOfEnds,
} from './select-parts.ts'

/**
 * One select in layers, each over the rows of the one before, since PostgreSQL knows no output by its name but in GROUP BY
 * and ORDER BY: the rows with their keys, the groups, then what is tested, counted, ordered and cut of these. PostgreSQL
 * makes one query of them again.
 */
export function printSelect(select: Select, context: StatementContext, standing: Standing): string {
  const alone = { depth: 0, isShown: false, rowsMax: null }
  const parts = partsOf(select, context, standing, (inner) => printSelect(inner, context, alone))
  const rows = printRows(parts)
  return printFinal(parts, select.groupBy === null ? rows : printGroups(parts, rows))
}

/** Left out by a test, and not by what is computed, so that an index gives the ends. */
function printEnds({ select, context }: Parts): readonly string[] {
  return timesOfEnds(select).map((time) =>
    printKnown(context.column(time), time.column.type.kind === 'date' ? 'date' : 'instant'),
  )
}

/** What is read, filtered, with the keys of its groups or, without groups, all outputs. */
function printRows(parts: Parts): string {
  const { select, context, standing } = parts
  const from = isNested(select.from)
    ? printSelect(select.from.select, context, {
        ...standing,
        depth: standing.depth + 1,
        isShown: false,
        rowsMax: null,
      })
    : printView(select.from, context)
  const wanted = parts.outputs.filter(({ name }) => select.groupBy === null || parts.keys.has(name))
  const inRows = wanted.filter(({ expression }) => !isLate(expression))
  const first = inRows.filter(({ expression }) => !isDependent(expression))
  const second = inRows.filter(({ expression }) => isDependent(expression))
  const plain = printingOf(parts, () => false)
  const columns = columnsOf(parts, first, plain)
  const tests = printPredicate(select.where, { ...plain, isKnown: () => false })
  const where = clause('WHERE', tests, ...printEnds(parts))
  const isAsRead = columns.length === 0 && where.length === 0
  const text = isAsRead
    ? from
    : [`SELECT ${['*', ...columns].join(', ')}`, `FROM ${rowsOf(from)}`, ...where].join('\n')
  const known = new Set(first.map(({ name }) => name))
  const rows = second.length === 0 ? text : printDependent(parts, text, first, second)
  return printLayers(
    parts,
    rows,
    printingOf(parts, (name) => known.has(name) || parts.keys.has(name)),
  )
}

/** Outputs that name others of the same select. What those look up is looked up once for each row. */
function printDependent(
  parts: Parts,
  rows: string,
  first: readonly Placed[],
  second: readonly Placed[],
): string {
  const known = new Set(first.map(({ name }) => name))
  const printing = printingOf(parts, (name) => known.has(name))
  return [
    `SELECT ${['*', ...columnsOf(parts, second, printing)].join(', ')}`,
    `FROM ${rowsOf(`${rows}\nOFFSET 0`)}`,
  ].join('\n')
}

/** What an aggregate needs to know of the rows before and after each. */
function printLayers(parts: Parts, rows: string, printing: Printing): string {
  const keys = [...parts.keys].map((key) => nameOf(parts, key))
  const layers = parts.outputs.flatMap((output) => layersOf(output, output.place, keys, printing))
  if (layers.length > 0 && parts.select.groupBy?.length !== 1)
    throw new Error('Behaviour is that of one group.')
  return layers.reduce(
    (text, { columns, window }) =>
      [
        `SELECT ${['*', ...columns].join(', ')}`,
        `FROM ${rowsOf(text)}`,
        ...(window === null ? [] : [`WINDOW w AS (${window})`]),
      ].join('\n'),
    rows,
  )
}

function printGroups(parts: Parts, rows: string): string {
  const { select, keys } = parts
  const printing = printingOf(parts, (name) => keys.has(name))
  const figures = parts.outputs.filter(({ name, expression }) => !keys.has(name) && !isLate(expression))
  const outputs = [...[...keys].map((key) => nameOf(parts, key)), ...columnsOf(parts, figures, printing)]
  return [
    `SELECT ${outputs.join(', ')}`,
    `FROM ${rowsOf(rows)}`,
    ...printSets(select.groupBy ?? [], (key) => nameOf(parts, key)),
  ].join('\n')
}

function printSets(sets: readonly (readonly string[])[], name: (key: string) => string): readonly string[] {
  const texts = sets.map((keys) => keys.map(name).join(', '))
  const [only = ''] = texts
  if (texts.length > 1) return [`GROUP BY GROUPING SETS (${texts.map((text) => `(${text})`).join(', ')})`]
  return only === '' ? [] : [`GROUP BY ${only}`]
}

/** The outputs in their order, of the rows that pass the last test, in their order, cut. */
function printFinal(parts: Parts, rows: string): string {
  const { select, standing } = parts
  const printing = printingOf(parts, () => true)
  const columns = parts.outputs.map((output) => {
    const name = nameOf(parts, output.name)
    const value = isLate(output.expression) ? printLate(parts, output) : `t.${name}`
    return `${standing.isShown ? printShown(value, printing.kindOf(output.expression)) : value} AS ${name}`
  })
  const rest = [...clause('WHERE', printPredicate(select.having, printing)), ...printCut(parts)]
  const isAsGrouped =
    !standing.isShown && rest.length === 0 && !parts.outputs.some(({ expression }) => isLate(expression))
  return isAsGrouped ? rows : [`SELECT ${columns.join(', ')}`, `FROM ${rowsOf(rows)}`, ...rest].join('\n')
}

/** By the columns that are read, not by those that are shown. */
function printCut(parts: Parts): readonly string[] {
  const { select, standing } = parts
  const order = select.orderBy.map((each) =>
    printOrder(each, (name) => `t.${nameOf(parts, name)}`, isKnownTime(parts, each.output)),
  )
  const limit = limitOf(select.limit, standing.rowsMax)
  return [
    ...(order.length === 0 ? [] : [`ORDER BY ${order.join(', ')}`]),
    ...(limit === null ? [] : [`LIMIT ${whole(limit)}`]),
    ...(select.offset === 0 ? [] : [`OFFSET ${whole(select.offset)}`]),
  ]
}

/** Where rows are ordered by a time that none of them lacks, an index on it has their order. */
function isKnownTime({ select, context, outputs, times }: Parts, name: string): boolean {
  const of = outputs.find((output) => output.name === name)?.expression
  return select.groupBy === null && of?.kind === 'column' && times.has(context.column(of))
}

/** A window over the rows of a select, some of whose names are its own and some those of the select below. */
function printLate(parts: Parts, output: Placed): string {
  const own = new Set(parts.outputs.filter(({ expression }) => !isLate(expression)).map(({ name }) => name))
  return printExpression(
    output.expression,
    output.place,
    printingOf(parts, (name) => own.has(name)),
  )
}

function limitOf(limit: number | null, rowsMax: number | null): number | null {
  if (limit === null || rowsMax === null) return limit ?? rowsMax
  return Math.min(limit, rowsMax)
}

/** Windows, which see the rows that all else has left. */
function isLate({ kind }: Expression): boolean {
  return kind === 'place' || kind === 'row_count'
}

function isDependent({ kind }: Expression): boolean {
  return kind === 'column_if'
}
