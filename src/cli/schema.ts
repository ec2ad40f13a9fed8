import { lexicographicSortSchema, printSchema as print } from 'graphql'
import { schema } from '../schema.ts'

/** schema.graphql. */
export function printSchema(): void {
  process.stdout.write(`${print(lexicographicSortSchema(schema))}\n`)
}
