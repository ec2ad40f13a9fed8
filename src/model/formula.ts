/** A formula as it is written: metrics by their names. */
export type WrittenFormula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: WrittenFormula }
  | {
      readonly kind: 'operation'
      readonly operator: Operator
      readonly left: WrittenFormula
      readonly right: WrittenFormula
    }

type Operator = '+' | '-' | '*' | '/'

/** What is wrong with the text, in words that follow `expected`. */
export class FormulaProblem extends Error {}

const maxDepth = 50
const tokenPattern = /\s*(?:([a-z][a-z0-9_]*)|(\d{1,15}(?:\.\d{1,15})?)|([-+*/()]))/y

/**
 * Numbers, names of metrics, + - * / and parentheses; * and / bind closer, and equals go from left to right.
 * @throws FormulaProblem
 */
export function parseFormula(text: string): WrittenFormula {
  const tokens = tokensOf(text)
  let next = 0
  const formula = sum(0)
  if (next < tokens.length) throw expected('an operator or the end')
  return formula

  function sum(depth: number): WrittenFormula {
    let left = product(depth)
    for (let operator = take('+', '-'); operator !== null; operator = take('+', '-')) {
      left = { kind: 'operation', operator, left, right: product(depth) }
    }
    return left
  }

  function product(depth: number): WrittenFormula {
    let left = factor(depth)
    for (let operator = take('*', '/'); operator !== null; operator = take('*', '/')) {
      left = { kind: 'operation', operator, left, right: factor(depth) }
    }
    return left
  }

  function factor(depth: number): WrittenFormula {
    if (depth > maxDepth) throw new FormulaProblem(`at most ${maxDepth} levels of parentheses and signs`)
    if (take('-') !== null) return { kind: 'negative', of: factor(depth + 1) }
    const token = tokens[next]
    if (token?.kind === 'number' || token?.kind === 'name') {
      next += 1
      return token.kind === 'number'
        ? { kind: 'number', value: Number(token.text) }
        : { kind: 'name', name: token.text }
    }
    if (token?.text !== '(') throw expected('a metric, a number or (')
    next += 1
    const inner = sum(depth + 1)
    if (tokens[next]?.text !== ')') throw expected(')')
    next += 1
    return inner
  }

  function take<Wanted extends Operator>(...operators: readonly Wanted[]): Wanted | null {
    const found = operators.find((operator) => operator === tokens[next]?.text)
    if (found === undefined) return null
    next += 1
    return found
  }

  function expected(what: string): FormulaProblem {
    const token = tokens[next]
    return new FormulaProblem(
      token === undefined ? `${what} at the end` : `${what} at character ${token.at + 1}`,
    )
  }
}

interface Token {
  readonly kind: 'name' | 'number' | 'sign'
  readonly text: string
  readonly at: number
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  for (let at = 0; at < end; ) {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(text)
    if (match === null)
      throw new FormulaProblem(`names of metrics, numbers, + - * / ( ) alone, unlike character ${at + 1}`)
    const [, name, number, sign = ''] = match
    const found = name ?? number ?? sign
    at = tokenPattern.lastIndex
    const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : 'sign'
    tokens.push({ kind, text: found, at: at - found.length })
  }
  return tokens
}

/** Each name that stands in it, once. */
export function namesIn(formula: WrittenFormula): readonly string[] {
  return [...new Set(mentionsIn(formula))]
}

/** Each name as often as it stands in it. */
export function mentionsIn(formula: WrittenFormula): readonly string[] {
  switch (formula.kind) {
    case 'number':
      return []
    case 'name':
      return [formula.name]
    case 'negative':
      return mentionsIn(formula.of)
    case 'operation':
      return [...mentionsIn(formula.left), ...mentionsIn(formula.right)]
  }
}

/** Whether its figures of parts add up to that of the whole: sums, differences and multiples of what adds up do. */
export function addsUp(formula: WrittenFormula, isAdditive: (metric: string) => boolean): boolean {
  return degreeOf(formula, isAdditive) === 'additive'
}

function degreeOf(
  formula: WrittenFormula,
  isAdditive: (metric: string) => boolean,
): 'number' | 'additive' | 'other' {
  switch (formula.kind) {
    case 'number':
      return 'number'
    case 'name':
      return isAdditive(formula.name) ? 'additive' : 'other'
    case 'negative':
      return degreeOf(formula.of, isAdditive)
    case 'operation': {
      const { operator } = formula
      const [left, right] = [degreeOf(formula.left, isAdditive), degreeOf(formula.right, isAdditive)]
      if (left === 'number' && right === 'number') return 'number'
      if (operator === '+' || operator === '-') return left === right ? left : 'other'
      if (left === 'additive' && right === 'number') return 'additive'
      return operator === '*' && left === 'number' && right === 'additive' ? 'additive' : 'other'
    }
  }
}

/** Whether something is divided by a number that is 0, so that there is never a figure. */
export function dividesByZero(formula: WrittenFormula): boolean {
  switch (formula.kind) {
    case 'number':
    case 'name':
      return false
    case 'negative':
      return dividesByZero(formula.of)
    case 'operation':
      return (
        (formula.operator === '/' && numberOf(formula.right) === 0) ||
        dividesByZero(formula.left) ||
        dividesByZero(formula.right)
      )
  }
}

/** Null where a metric stands in it. */
function numberOf(formula: WrittenFormula): number | null {
  switch (formula.kind) {
    case 'number':
      return formula.value
    case 'name':
      return null
    case 'negative': {
      const of = numberOf(formula.of)
      return of === null ? null : -of
    }
    case 'operation': {
      const [left, right] = [numberOf(formula.left), numberOf(formula.right)]
      if (left === null || right === null) return null
      return { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[formula.operator]
    }
  }
}
