import type { Literal, Operand, Predicate } from '../select.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/**
 * One condition that can stand beside AND. Inside a NOT a test of a null must be false and not null, so there, and
 * only there, it costs an `ifNull`: at the top a null lets no row through either, and the bare test can use an index.
 */
export function printPredicate(predicate: Predicate, printing: Printing, negated = false): string {
  switch (predicate.kind) {
    case 'constant':
      return String(predicate.value)
    case 'and':
    case 'or': {
      const parts = predicate.of.map((part) => printPredicate(part, printing, negated))
      if (parts.length === 0) return String(predicate.kind === 'and')
      return `(${parts.join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT (${printPredicate(predicate.of, printing, true)})`
    case 'is_null':
      return `isNull(${printOperand(predicate.of)})`
    case 'holds':
      return quoteIdentifier(predicate.output)
    case 'among': {
      const columns = predicate.of.map(printOperand).join(', ')
      const keys = predicate.keys.map(quoteIdentifier).join(', ')
      return `(${columns}) IN (SELECT ${keys} FROM (${printing.select(predicate.select)}))`
    }
    case 'compare':
    case 'in':
    case 'text': {
      const test = printTest(predicate, printing)
      return negated && isNullable(predicate.of, printing) ? `ifNull(${test}, false)` : test
    }
  }
}

function printTest(
  predicate: Extract<Predicate, { kind: 'compare' | 'in' | 'text' }>,
  printing: Printing,
): string {
  const operand = printOperand(predicate.of)
  if (predicate.kind === 'compare') {
    return `${operand} ${predicate.operator} ${printLiteral(predicate.value, printing)}`
  }
  if (predicate.kind === 'in') return printIn(operand, predicate.values, printing)
  const needle = printLiteral(predicate.value, printing)
  switch (predicate.match) {
    case 'contains':
      return `position(${operand}, ${needle}) > 0`
    case 'starts_with':
      return `startsWith(${operand}, ${needle})`
    case 'ends_with':
      return `endsWith(${operand}, ${needle})`
    case 'contains_folded':
      return `position(${printFolded(operand)}, ${printFolded(needle)}) > 0`
  }
}

/**
 * Letters as people type them: full case folding of Unicode, without accents and strokes, which Unicode takes for a part
 * of the letter. Bytes that are no text don't fail it.
 */
function printFolded(text: string): string {
  return `translateUTF8(removeDiacriticsUTF8(caseFoldUTF8(toValidUTF8(${text}))), 'łøđħŧı', 'lodhti')`
}

/** IN turns its list into the column's own type, and fails on an instant for a DateTime or a too large Decimal. */
function printIn(operand: string, values: readonly Literal[], printing: Printing): string {
  const literals = values.map((value) => printLiteral(value, printing))
  return values.some(({ type }) => type === 'instant' || type === 'Decimal(76, 20)')
    ? `(${literals.map((literal) => `${operand} = ${literal}`).join(' OR ')})`
    : `${operand} IN (${literals.join(', ')})`
}

export function printLiteral({ type, text }: Literal, { bind }: Printing): string {
  return type === 'instant' ? `fromUnixTimestamp64Micro(${bind('Int64', text)}, 'UTC')` : bind(type, text)
}

export function printOperand(operand: Operand): string {
  if (operand.kind === 'output') return quoteIdentifier(operand.name)
  const column = quoteIdentifier(`${operand.alias}.${operand.column.name}`)
  return operand.asTruth === true ? `(${column} != 0)` : column
}

/** A figure may be null, as may a column that says so or comes from a join. */
function isNullable(operand: Operand, printing: Printing): boolean {
  return operand.kind === 'output' || printing.nullable(operand)
}
