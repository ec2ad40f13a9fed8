import { type Problem, TesseraError } from '../errors.ts'

/** Where something stands in a document: keys, and places in lists counted from 0. */
export type Path = readonly (string | number)[]

export interface Finding {
  readonly path: Path
  /** What would have been right, in words that follow `expected`. */
  readonly expected: string
  /** Point at the key itself and not at what it holds. */
  readonly at?: 'key'
  /** Where it stands, if that is known better than by its path. */
  readonly place?: Place
  /** Nothing is wrong with it but that the data source has no such thing. */
  readonly isLack?: true
}

/** Counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type Report = (path: Path, expected: string) => void

/** The place of a path, or of the closest part around it that exists; null where there is no text. */
export type Locate = (path: Path, at: 'key' | 'value') => Place | null

export const nowhere: Locate = () => null

const mostProblems = 100

/** One error that carries all of the findings, in the order of the text where there is one. */
export function modelError(findings: readonly Finding[], locate: Locate): TesseraError {
  const problems = inOrder(distinct(findings.map((finding) => problemOf(finding, locate))))
  const [first] = problems
  const more = problems.length - mostProblems
  const listed = problems.slice(0, mostProblems)
  if (more > 0) listed.push({ path: '', message: `expected fewer problems; ${more} more are not listed` })
  const count = problems.length === 1 ? 'this problem' : `these ${problems.length} problems, the first being`
  const code = findings.every(({ isLack }) => isLack === true) ? 'NOT_SUPPORTED' : 'BAD_USER_INPUT'
  return new TesseraError(code, {
    argument: 'document',
    expected: `a model without ${count}: ${first === undefined ? '' : formatProblem(first)}`,
    problems: listed,
  })
}

/** `4:9 datasets[0].table: expected …` */
export function formatProblem({ path, line, column, message }: Problem): string {
  const place = line === undefined ? '' : `${line}:${column} `
  return `${place}${path === '' ? '' : `${path}: `}${message}`
}

/** The steps of an argument's path: `filters.0.values` → filters, 0, values. */
export function argumentSteps(argument: string): Path {
  return argument.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

/** `datasets[0].joins[1].on["my column"]` */
export function formatPath(path: Path): string {
  return path.map(formatStep).join('')
}

function formatStep(step: string | number, index: number): string {
  if (typeof step === 'number') return `[${step}]`
  if (!/^\w+$/.test(step)) return `[${JSON.stringify(step)}]`
  return index === 0 ? step : `.${step}`
}

function problemOf({ path, expected, at, place }: Finding, locate: Locate): Problem {
  return {
    path: formatPath(path),
    ...(place ?? locate(path, at ?? 'value')),
    message: `expected ${expected}`,
  }
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()]
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const place = ({ line = 0, column = 0 }: Problem) => line * 1_000_000 + column
  return [...problems].sort((one, other) => place(one) - place(other))
}
