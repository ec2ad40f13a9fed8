/** The type of a physical column, parsed once when the model is applied. */
export type ColumnType =
  | { readonly kind: 'string' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** A calendar day without a zone. */
  | { readonly kind: 'date' }
  /** An instant; `fraction` is the number of digits after the second. */
  | { readonly kind: 'instant'; readonly fraction: number }

/** A physical column. The name comes from the model, never from a request. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}
