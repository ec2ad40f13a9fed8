import type { ColumnReference, Literal, Operand, Predicate } from '../select.ts'
import { printAmong } from './print-among.ts'
import { printFolded } from './print-folded.ts'
import { isPrintable, printLiteral } from './print-literal.ts'
import { printBare, printKnown, printOperand, timesFrom, timesUntil } from './print-value.ts'
import type { Printing } from './printing.ts'

/**
 * One condition that can stand beside AND. Inside a NOT a test of a null must be false and not null, so there, and
 * only there, it costs a `coalesce`: at the top a null lets no row through either, and the bare test can use an index.
 */
export function printPredicate(predicate: Predicate, printing: Printing, negated = false): string {
  switch (predicate.kind) {
    case 'constant':
      return String(predicate.value)
    case 'and':
    case 'or': {
      const isRange = predicate.kind === 'and' && !negated && timeOfRange(predicate.of, printing) !== null
      const parts = predicate.of.map((part) =>
        isRange ? printRangeEnd(part, printing) : printPredicate(part, printing, negated),
      )
      if (parts.length === 0) return String(predicate.kind === 'and')
      return `(${parts.join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT (${printPredicate(predicate.of, printing, true)})`
    case 'is_null':
      return printIsNull(predicate.of, printing)
    case 'holds':
      return printing.output(predicate.output)
    case 'among':
      return printAmong(predicate, printing)
    case 'compare':
    case 'in':
    case 'text': {
      const test = printTest(predicate, printing)
      return negated && isNullable(predicate.of, printing) ? `coalesce(${test}, false)` : test
    }
  }
}

type Comparison = Extract<Predicate, { kind: 'compare' }>

/** The times that are known in all rows which pass: those that lie from one instant to another. */
export function timesWithin(predicate: Predicate, printing: Printing): readonly string[] {
  if (predicate.kind !== 'and') return []
  const time = timeOfRange(predicate.of, printing)
  return time === null ? predicate.of.flatMap((part) => timesWithin(part, printing)) : [printing.column(time)]
}

/** From one instant to another: beyond all times there is neither, so that each end can stand as it is. */
function timeOfRange(of: readonly Predicate[], { column, kindOf }: Printing): ColumnReference | null {
  const [from, to] = of
  if (of.length !== 2 || from?.kind !== 'compare' || to?.kind !== 'compare') return null
  if (from.of.kind !== 'column' || to.of.kind !== 'column' || column(from.of) !== column(to.of)) return null
  const isTime = kindOf(from.of) === 'instant' || kindOf(from.of) === 'date'
  return isTime && from.operator.startsWith('>') && to.operator.startsWith('<') ? from.of : null
}

function printRangeEnd(end: Predicate, printing: Printing): string {
  if (end.kind !== 'compare') throw new Error('A range has two ends.')
  return `${printBare(end.of, printing)} ${end.operator} ${printLiteral(end.value, printing.kindOf(end.of), printing)}`
}

function printIsNull(operand: Operand, printing: Printing): string {
  const kind = printing.kindOf(operand)
  if (operand.kind === 'column' && (kind === 'date' || kind === 'instant')) {
    return `(${printKnown(printing.column(operand), kind)} IS NOT TRUE)`
  }
  return `(${printBare(operand, printing)} IS NULL)`
}

type Test = Extract<Predicate, { kind: 'compare' | 'in' | 'text' }>

function printTest(predicate: Test, printing: Printing): string {
  switch (predicate.kind) {
    case 'compare':
      return printComparison(predicate, printing)
    case 'in':
      return printIn(predicate, printing)
    case 'text':
      return printMatch(predicate, printing)
  }
}

function printComparison({ operator, of, value }: Comparison, printing: Printing): string {
  const kind = printing.kindOf(of)
  if (!isPrintable(value)) return printCut(operator, of, value, printing)
  const literal = printLiteral(value, kind, printing)
  if (operator === '=') return `${printBare(of, printing)} = ${literal}`
  if (of.kind === 'column' && (kind === 'date' || kind === 'instant')) {
    const column = printing.column(of)
    const isFrom = operator.startsWith('>')
    const end = isFrom ? `${column} < ${timesUntil[kind]}` : `${column} >= ${timesFrom[kind]}`
    return `(${column} ${operator} ${literal} AND ${end})`
  }
  return `${printOperand(of, printing)} ${operator} ${literal}`
}

/** Against text that PostgreSQL can't hold: a value is greater than it where it is greater than what comes before its first zero byte. */
function printCut(operator: string, of: Operand, { type, text }: Literal, printing: Printing): string {
  if (operator === '=') return 'false'
  const before = printing.bind(type, text.slice(0, text.indexOf('\u0000')))
  return `${printOperand(of, printing)} ${operator.startsWith('>') ? '>' : '<='} ${before}`
}

function printIn({ of, values }: Extract<Predicate, { kind: 'in' }>, printing: Printing): string {
  const kind = printing.kindOf(of)
  const literals = values.filter(isPrintable).map((value) => printLiteral(value, kind, printing))
  return literals.length === 0 ? 'false' : `${printBare(of, printing)} IN (${literals.join(', ')})`
}

function printMatch({ match, of, value }: Extract<Predicate, { kind: 'text' }>, printing: Printing): string {
  if (!isPrintable(value)) return 'false'
  const operand = printOperand(of, printing)
  const needle = printLiteral(value, 'text', printing)
  switch (match) {
    case 'contains':
      return `strpos(${operand}, ${needle}) > 0`
    case 'starts_with':
      return `starts_with(${operand}, ${needle})`
    case 'ends_with':
      return `right(${operand}, length(${needle})) = ${needle}`
    case 'contains_folded':
      return `strpos(${printFolded(operand, printing)}, ${printFolded(needle, printing)}) > 0`
  }
}

/** A figure may be null, as may a column that says so or comes from a join. */
function isNullable(operand: Operand, printing: Printing): boolean {
  return operand.kind === 'output' || printing.nullable(operand)
}
