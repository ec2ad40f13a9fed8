import { z } from 'zod'
import type { Column, ColumnType } from '../catalogue/column.ts'

const columnType: z.ZodType<ColumnType> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['string', 'uuid', 'boolean', 'date']) }),
  z.strictObject({ kind: z.literal('integer'), bits: z.int(), signed: z.boolean() }),
  z.strictObject({ kind: z.literal('float'), bits: z.union([z.literal(32), z.literal(64)]) }),
  z.strictObject({ kind: z.literal('decimal'), precision: z.int(), scale: z.int() }),
  z.strictObject({ kind: z.literal('instant'), fraction: z.int() }),
])

const column: z.ZodType<Column> = z.strictObject({
  name: z.string(),
  type: columnType,
  nullable: z.boolean(),
})

/** The columns that a model uses, as the store keeps them: by dataset. */
export const columnsSchema = z.record(z.string(), z.array(column))
