/**
 * The text of a document that knows the types of its answer and variables. A plain string is one, and so is what
 * GraphQL Code Generator makes with `documentMode: 'string'`; the syntax tree of a document has to be printed first.
 */
export interface TypedDocument<Data, Variables> {
  toString(): string
  readonly kind?: never
  /** Never there at run time. */
  readonly __apiType?: (variables: Variables) => Data
}
