import type { TableAddress } from '../../catalogue/catalogue.ts'
import { TesseraError } from '../../errors.ts'
import type { Cell, DescribedColumn, RunOptions } from '../warehouse.ts'
import { columnTypeOf } from './column-type.ts'
import { quoteIdentifier } from './quote.ts'
import type { Text } from './session.ts'

/** One text without a tenant, for what looks at the shape of tables. */
export type RunText = (text: Text, options: RunOptions) => Promise<readonly (readonly Cell[])[]>

/**
 * The statements that look at the shape of tables when a model is applied: constant but for names, which come from
 * the model. They read no tenant's rows into an answer. What the role may not read is not there.
 */
const relations =
  "pg_class AS r JOIN pg_namespace AS n ON n.oid = r.relnamespace AND r.relkind IN ('r', 'p', 'v', 'm', 'f')"

const tablesOfSchema = `SELECT r.relname::text FROM ${relations}
WHERE n.nspname = $1::text AND has_any_column_privilege(r.oid, 'SELECT')
ORDER BY r.relname::text COLLATE "C"
LIMIT 1000`

/** A domain is followed down to what it is made of; its own modifier holds where the column has none. */
const columnsOfTable = `WITH RECURSIVE
columns AS (
  SELECT a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attnotnull AND r.relkind IN ('r', 'p') AS is_set
  FROM ${relations}
  JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = $1::text AND r.relname = $2::text AND has_column_privilege(r.oid, a.attnum, 'SELECT')
),
types AS (
  SELECT attnum, atttypid AS type_id, atttypmod AS modifier FROM columns
  UNION ALL
  SELECT types.attnum, t.typbasetype, CASE WHEN types.modifier < 0 THEN t.typtypmod ELSE types.modifier END
  FROM types JOIN pg_type AS t ON t.oid = types.type_id AND t.typtype = 'd'
)
SELECT c.attname::text, format_type(c.atttypid, c.atttypmod), t.typname::text, t.typtype = 'e', types.modifier,
  coalesce(NOT o.collisdeterministic, false), NOT c.is_set
FROM columns AS c
JOIN types ON types.attnum = c.attnum
JOIN pg_type AS t ON t.oid = types.type_id AND t.typtype <> 'd'
LEFT JOIN pg_collation AS o ON o.oid = c.attcollation
ORDER BY c.attnum`

/**
 * An index that allows each combination of some of these columns once allows each combination of all of them once. It is of
 * the table's own rows: those of tables that inherit from it are read with them, and are in none of its indexes.
 */
const hasUniqueIndex = `SELECT EXISTS (
  SELECT FROM ${relations}
  JOIN pg_index AS i ON i.indrelid = r.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
  WHERE n.nspname = $1::text AND r.relname = $2::text
  AND (r.relkind = 'p' OR NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhparent = r.oid))
  AND (
    SELECT bool_and(a.attname = ANY ($3::text[]))
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.place <= i.indnkeyatts
  )
), EXISTS (SELECT FROM ${relations} WHERE n.nspname = $1::text AND r.relname = $2::text AND row_security_active(r.oid))`

const options = { signal: undefined, timeoutMs: 30_000 }

/** The first thousand. */
export async function listTables(run: RunText, schema: string): Promise<readonly string[]> {
  const [names = []] = await run({ text: tablesOfSchema, values: [schema] }, options)
  return names.map(String)
}

/** Null where there is no such table. */
export async function describeTable(
  run: RunText,
  { database: schema, table }: TableAddress,
): Promise<readonly DescribedColumn[] | null> {
  const columns = await run({ text: columnsOfTable, values: [schema, table] }, options)
  const [names = [], engineTypes, typeNames, areEnums, modifiers, areFolded, areNullable] = columns
  if (names.length === 0) return null
  return names.map((name, index) => ({
    name: String(name),
    engineType: String(engineTypes?.[index]),
    type: columnTypeOf({
      name: String(typeNames?.[index]),
      isEnum: areEnums?.[index] === true,
      modifier: Number(modifiers?.[index]),
      isFolded: areFolded?.[index] === true,
    }),
    nullable: areNullable?.[index] === true,
    ...(areEnums?.[index] === true && { isEnum: true as const }),
  }))
}

/**
 * By an index that allows nothing else, because no role that is bound to a tenant can count the rows of all of them; by
 * counting where nothing binds it.
 */
export async function isUnique(
  run: RunText,
  { database: schema, table }: TableAddress,
  columns: readonly string[],
): Promise<boolean> {
  const names = columns.map(quoteIdentifier)
  const array = `{${columns.map((name) => JSON.stringify(name)).join(',')}}`
  const [indexed, bound] = await run({ text: hasUniqueIndex, values: [schema, table, array] }, options)
  if (indexed?.[0] === true) return true
  if (bound?.[0] !== false) return false
  const from = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`
  const given = names.map((name) => `${name} IS NOT NULL`).join(' AND ')
  const text = `SELECT EXISTS (SELECT FROM ${from} WHERE ${given} GROUP BY ${names.join(', ')} HAVING count(*) > 1)`
  const [repeated] = await run({ text, values: [] }, options)
  if (repeated?.[0] === undefined) {
    throw new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: new Error('A count is missing.') })
  }
  return repeated[0] === false
}
