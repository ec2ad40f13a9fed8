import { z } from 'zod'
import type { TableAddress } from '../../../catalogue/catalogue.ts'
import type { RunText } from '../describe.ts'

/** Who connects, who asks, and what the server is. */
export interface SourceFacts {
  /** 160004 is 16.4. */
  readonly version: number
  /** Of the database: `UTF8`. */
  readonly encoding: string
  readonly login: string
  readonly loginBypasses: boolean
  /** Of whom statements run as; null where there is nobody of that name. */
  readonly role: {
    readonly isSuperuser: boolean
    readonly bypasses: boolean
    /** Whether who connects may take it. */
    readonly isTakeable: boolean
  } | null
}

/** What stands between the role and the rows of a table. */
export interface TableFacts {
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table'
  readonly owner: string
  /** Whether the role is the owner, or has the owner's rights. */
  readonly isOwner: boolean
  readonly isSecured: boolean
  readonly isForced: boolean
  readonly mayUseSchema: boolean
  readonly maySelect: boolean
  /** By whose rights the role may write; `PUBLIC` is everybody. */
  readonly writers: readonly string[]
  /** Those that bind the role when it reads. */
  readonly policies: readonly PolicyFacts[]
  /** Of all of them. */
  readonly policyNames: readonly string[]
  /** The type of the tenant column; null where there is no such column. */
  readonly tenantType: string | null
  /** Whether it is a table of this server without a row in it, as far as its size tells. */
  readonly isEmpty: boolean
  /** Whether the tenant column is compared by its text, which an index on the column is not in the order of. */
  readonly isCast: boolean
  /** Whether an index begins with what is compared: the tenant column, or its text. */
  readonly isIndexed: boolean
  /** Of a view: whether it reads with the rights of whoever asks. */
  readonly isInvoker: boolean
  /** Of a view: the tables and views that it reads. */
  readonly reads: readonly TableAddress[]
}

export interface PolicyFacts {
  readonly name: string
  readonly isPermissive: boolean
  /** As the engine prints it. */
  readonly expression: string
  /** Whether the tenant column is in it. */
  readonly readsTenant: boolean
}

/** A table and what stands between it and the role; names are quoted. */
export interface Subject {
  readonly name: string
  readonly table: string
  readonly schema: string
  readonly role: string
  readonly facts: TableFacts
}

const options = { signal: undefined, timeoutMs: 10_000 }

const aboutSource = `SELECT json_build_object(
  'version', current_setting('server_version_num')::int4,
  'encoding', getdatabaseencoding(),
  'login', session_user,
  'loginBypasses', (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user),
  'role', (
    SELECT json_build_object('isSuperuser', rolsuper, 'bypasses', rolbypassrls, 'isTakeable', pg_has_role(
      session_user, oid, CASE WHEN current_setting('server_version_num')::int4 < 160000 THEN 'MEMBER' ELSE 'SET' END
    ))
    FROM pg_roles WHERE rolname = coalesce(nullif($1::text, ''), session_user)
  )
)::text`

const sourceSchema = z.object({
  version: z.int(),
  encoding: z.string(),
  login: z.string(),
  loginBypasses: z.boolean(),
  role: z.object({ isSuperuser: z.boolean(), bypasses: z.boolean(), isTakeable: z.boolean() }).nullable(),
})

/** @param role null: whoever connects */
export async function sourceFacts(run: RunText, role: string | null): Promise<SourceFacts> {
  const [answer] = await run({ text: aboutSource, values: [role ?? ''] }, options)
  return sourceSchema.parse(JSON.parse(String(answer?.[0])))
}

const aboutTable = `WITH RECURSIVE
role AS (SELECT oid, rolsuper FROM pg_roles WHERE rolname = coalesce(nullif($1::text, ''), session_user)),
read_by (oid) AS (
  SELECT r.oid FROM pg_class AS r JOIN pg_namespace AS n ON n.oid = r.relnamespace
  WHERE n.nspname = $2::text AND r.relname = $3::text AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
),
reads (oid) AS (
  SELECT oid FROM read_by
  UNION
  SELECT d.refobjid
  FROM reads
  JOIN pg_rewrite AS w ON w.ev_class = reads.oid
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
)
SELECT json_build_object(
  'kind', CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END,
  'owner', pg_get_userbyid(r.relowner),
  'isOwner', r.relowner = role.oid OR NOT role.rolsuper AND pg_has_role(role.oid, r.relowner, 'USAGE'),
  'isSecured', r.relrowsecurity,
  'isForced', r.relforcerowsecurity,
  'mayUseSchema', has_schema_privilege(role.oid, r.relnamespace, 'USAGE'),
  'maySelect', has_any_column_privilege(role.oid, r.oid, 'SELECT'),
  'writers', (
    SELECT coalesce(json_agg(DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END), '[]')
    FROM aclexplode(r.relacl) AS a
    WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') AND a.grantee <> r.relowner
      AND (a.grantee = 0 OR pg_has_role(role.oid, a.grantee, 'USAGE')) AND NOT role.rolsuper
  ),
  'policies', (
    SELECT coalesce(json_agg(json_build_object(
      'name', p.polname, 'isPermissive', p.polpermissive, 'expression', coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
      'readsTenant', EXISTS (
        SELECT FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
          AND d.refobjid = r.oid AND a.attname = $4::text
      )
    ) ORDER BY p.polname), '[]')
    FROM pg_policy AS p
    WHERE p.polrelid = r.oid AND p.polcmd IN ('r', '*')
      AND EXISTS (SELECT FROM unnest(p.polroles) AS t (oid) WHERE t.oid = 0 OR pg_has_role(role.oid, t.oid, 'USAGE'))
  ),
  'policyNames', (SELECT coalesce(json_agg(p.polname), '[]') FROM pg_policy AS p WHERE p.polrelid = r.oid),
  'tenantType', (
    SELECT t.typname FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = r.oid AND a.attname = $4::text AND a.attnum > 0 AND NOT a.attisdropped
  ),
  'isCast', (
    WITH RECURSIVE types (oid) AS (
      SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attname = $4::text
      UNION ALL
      SELECT t.typbasetype FROM types JOIN pg_type AS t ON t.oid = types.oid AND t.typtype = 'd'
    )
    SELECT count(*) > 0 FROM types JOIN pg_type AS t ON t.oid = types.oid WHERE t.typname IN ('bpchar', 'citext')
  ),
  'isEmpty', r.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT FROM pg_partition_tree(r.oid) AS part WHERE part.isleaf AND pg_relation_size(part.relid) > 0
  ) AND pg_relation_size(r.oid) = 0,
  'isIndexed', EXISTS (
    SELECT FROM pg_index AS i
    JOIN pg_opclass AS c ON c.oid = i.indclass[0]
    JOIN pg_type AS t ON t.oid = c.opcintype
    LEFT JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = r.oid AND i.indisvalid AND i.indpred IS NULL AND (
      a.attname = $4::text AND t.typname NOT IN ('bpchar', 'citext')
      OR pg_get_indexdef(i.indexrelid, 1, true) = format('(%I::text)', $4::text)
    )
  ),
  'isInvoker', coalesce((
    SELECT o.option_value::bool FROM pg_options_to_table(r.reloptions) AS o WHERE o.option_name = 'security_invoker'
  ), false),
  'reads', (
    SELECT coalesce(json_agg(json_build_object('database', n.nspname, 'table', b.relname) ORDER BY n.nspname, b.relname), '[]')
    FROM reads JOIN pg_class AS b ON b.oid = reads.oid JOIN pg_namespace AS n ON n.oid = b.relnamespace
    WHERE b.oid <> r.oid AND n.nspname <> 'pg_catalog'
  )
)::text
FROM read_by JOIN pg_class AS r ON r.oid = read_by.oid CROSS JOIN role`

const tableSchema = z.object({
  kind: z.enum(['table', 'partitioned table', 'view', 'materialized view', 'foreign table']),
  owner: z.string(),
  isOwner: z.boolean(),
  isSecured: z.boolean(),
  isForced: z.boolean(),
  mayUseSchema: z.boolean(),
  maySelect: z.boolean(),
  writers: z.array(z.string()),
  policies: z.array(
    z.object({
      name: z.string(),
      isPermissive: z.boolean(),
      expression: z.string(),
      readsTenant: z.boolean(),
    }),
  ),
  policyNames: z.array(z.string()),
  tenantType: z.string().nullable(),
  isCast: z.boolean(),
  isEmpty: z.boolean(),
  isIndexed: z.boolean(),
  isInvoker: z.boolean(),
  reads: z.array(z.object({ database: z.string(), table: z.string() })),
})

/** Null where there is no such table. */
export async function tableFacts(
  run: RunText,
  role: string | null,
  { database: schema, table }: TableAddress,
  tenantColumn: string | null,
): Promise<TableFacts | null> {
  const values = [role ?? '', schema, table, tenantColumn ?? '']
  const [answer] = await run({ text: aboutTable, values }, options)
  const text = answer?.[0]
  return text === undefined ? null : tableSchema.parse(JSON.parse(String(text)))
}
