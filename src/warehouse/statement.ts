import type { TableAddress } from '../catalogue/catalogue.ts'
import { PolicyViolation } from '../violation.ts'

/**
 * SQL text and its typed parameters, as one thing. Only a printer makes it (the import rules hold that), every
 * placeholder of the text has its parameter and the reverse, and no character of a parameter is in the text.
 */
export class Statement {
  readonly #made = true
  readonly text: string
  readonly parameters: readonly Parameter[]
  /** What the engine is told beside the text, for walls of its own; empty where the text says it all. */
  readonly settings: Settings
  /** An answer with more rows is QUERY_TOO_LARGE; null where the engine sees to that by itself. */
  readonly resultRows: number | null
  /** Every table that the text reads, for the wall that looks at them before it is run. */
  readonly tables: readonly ReadTable[]

  private constructor(
    text: string,
    parameters: readonly Parameter[],
    { settings, resultRows = null, tables = [] }: Omit<StatementForm, 'placeholder'>,
  ) {
    this.text = text
    this.parameters = parameters
    this.settings = Object.freeze({ ...settings })
    this.resultRows = resultRows
    this.tables = Object.freeze([...tables])
    Object.freeze(this)
  }

  static of(
    text: string,
    parameters: readonly Parameter[],
    { placeholder = braces, ...form }: StatementForm = {},
  ): Statement {
    const named = [...text.matchAll(placeholder)].map((match) => match[1])
    const bound = new Set(parameters.map((parameter) => parameter.name))
    const complete =
      bound.size === parameters.length && named.every((name) => name !== undefined && bound.has(name))
    if (!complete || new Set(named).size !== bound.size) {
      throw new PolicyViolation(
        'parameters_unbound',
        'A statement must name and bind each of its parameters, once.',
      )
    }
    return new Statement(text, Object.freeze([...parameters]), form)
  }

  static isStatement(value: unknown): value is Statement {
    return typeof value === 'object' && value !== null && #made in value
  }
}

export type Settings = Readonly<Record<string, string>>

export interface StatementForm {
  /** Global; its first group is the name of the parameter. As ClickHouse has them where nothing is said. */
  readonly placeholder?: RegExp
  readonly settings?: Settings
  readonly resultRows?: number | null
  readonly tables?: readonly ReadTable[]
}

/** A table as it stands in a text, and the dataset that it is read for. */
export interface ReadTable {
  readonly dataset: string
  readonly address: TableAddress
}

/** `{p0:String}`, as ClickHouse has them. */
const braces = /\{(p\d+):/g

/** A parameter's value as the engine's own text form, already checked against the type's range. */
export interface Parameter {
  /** `p0`, `p1`, … in the order in which they stand in the text, or as the dialect's placeholders name them. */
  readonly name: string
  readonly type: ParameterType
  readonly value: string
}

export type ParameterType =
  | 'String'
  | 'Int64'
  | 'UInt64'
  | 'Int256'
  | 'Float64'
  | 'Float32'
  | 'Bool'
  | 'UUID'
  | 'Decimal(76, 20)'
  | 'Array(Int64)'
  | 'Array(Float64)'
  | 'Date32'
