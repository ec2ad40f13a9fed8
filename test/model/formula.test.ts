import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addsUp,
  FormulaProblem,
  namesIn,
  parseFormula,
  type WrittenFormula,
} from '../../src/model/formula.ts'

const leaf = fc.oneof(
  fc.constantFrom('revenue', 'cost', 'orders_2').map((name): WrittenFormula => ({ kind: 'name', name })),
  fc.constantFrom(0, 1, 2.5, 100).map((value): WrittenFormula => ({ kind: 'number', value })),
)
const formula = fc.letrec<{ tree: WrittenFormula }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    tie('tree').map((of): WrittenFormula => ({ kind: 'negative', of })),
    fc
      .record({ operator: fc.constantFrom('+', '-', '*', '/'), left: tie('tree'), right: tie('tree') })
      .map((parts): WrittenFormula => ({ kind: 'operation', ...parts })),
  ),
})).tree

function written(tree: WrittenFormula): string {
  switch (tree.kind) {
    case 'number':
      return String(tree.value)
    case 'name':
      return tree.name
    case 'negative':
      return `-(${written(tree.of)})`
    case 'operation':
      return `(${written(tree.left)}) ${tree.operator}(${written(tree.right)})`
  }
}

describe('a formula', () => {
  test('is read as it was meant', () => {
    fc.assert(
      fc.property(formula, (tree) => {
        expect(parseFormula(written(tree))).toEqual(tree)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['a + b * c', 'a + (b * c)'],
    ['a - b - c', '(a - b) - c'],
    ['a / b / c', '(a / b) / c'],
    ['-a * b', '(-a) * b'],
    ['a - -b', 'a - (-b)'],
    ['a*b+c/d', '(a * b) + (c / d)'],
  ])('%s is %s', (text, meant) => {
    expect(parseFormula(text)).toEqual(parseFormula(meant))
  })

  test('names each metric once', () => {
    expect(namesIn(parseFormula('(revenue - cost) / revenue'))).toEqual(['revenue', 'cost'])
  })

  test.each([
    ['', 'a metric, a number or ( at the end'],
    ['revenue -', 'a metric, a number or ( at the end'],
    ['revenue cost', 'an operator or the end at character 9'],
    ['(revenue', ') at the end'],
    ['revenue)', 'an operator or the end at character 8'],
    ['revenue ** cost', 'a metric, a number or ( at character 10'],
    ['sum(revenue)', 'an operator or the end at character 4'],
    ['revenue; DROP TABLE x', 'names of metrics, numbers, + - * / ( ) alone, unlike character 8'],
    ["revenue || 'x'", 'names of metrics, numbers, + - * / ( ) alone, unlike character 8'],
    ['`revenue`', 'names of metrics, numbers, + - * / ( ) alone, unlike character 1'],
    ['1e400', 'an operator or the end at character 2'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'at most 50 levels of parentheses and signs'],
  ])('%s is refused', (text, message) => {
    expect(() => parseFormula(text)).toThrow(new FormulaProblem(message))
  })

  test.each([
    ['a - b', true],
    ['-a + 2 * b', true],
    ['a / 100', true],
    ['a * (3 - 1)', true],
    ['100 / a', false],
    ['a * b', false],
    ['a + 1', false],
    ['a - average', false],
    ['2', false],
  ])('%s adds up: %s', (text, expected) => {
    expect(addsUp(parseFormula(text), (name) => name !== 'average')).toBe(expected)
  })
})
