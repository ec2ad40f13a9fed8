import { and, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../../store/store.ts'
import { tenants } from '../../store/tenant-tables.ts'
import { type Attributes, attributesOf, attributesSchema } from '../attributes.ts'
import type { PlaceEntry } from './place.ts'

/** A tenant whom the host told of. */
export interface RegisteredTenant extends PlaceEntry, EnvironmentIdentity {
  readonly tenantId: string
  readonly title: string | null
  readonly attributes: Attributes
  readonly createdAt: Date
  readonly changedAt: Date
  /** Another one whenever something of it was written. */
  readonly version: string
  /** When it was erased last, and whether it was told of again since. */
  readonly erasedAt: Date | null
  readonly isBack: boolean
  /** The API key that it was erased with. */
  readonly erasedBy: string | null
}

const member = z.string().nullable().default(null)

/** As the store keeps it; what is missing was never said. */
const definitionSchema = z.object({
  title: member,
  dataSource: member,
  database: member,
  schema: member,
  region: member,
  attributes: attributesSchema.default({}),
  isBack: z.boolean().default(false),
})

export type TenantDefinition = z.infer<typeof definitionSchema>

/** Of a tenant, as it was written once. */
export type TenantVersion = Pick<RegisteredTenant, 'environmentId' | 'tenantId' | 'version'>

/**
 * Those that were written in the last two minutes, or all, of all environments, and are not known yet. Of what is known from the
 * look before, which is most of it while many are registered, ids alone are read.
 */
export async function readTenants(
  store: Store,
  all: boolean,
  isKnown: (of: TenantVersion) => boolean,
): Promise<readonly RegisteredTenant[]> {
  const rows = await store.transaction({ purpose: 'tenants' }, async (transaction) => {
    if (all) return transaction.select().from(tenants)
    const { environmentId, tenantId, version } = tenants
    const recent = gt(tenants.changedAt, sql`now() - interval '2 minutes'`)
    const versions = await transaction
      .select({ environmentId, tenantId, version })
      .from(tenants)
      .where(recent)
    const ids = new Set(versions.filter((of) => !isKnown(of)).map((of) => of.tenantId))
    if (ids.size === 0) return []
    const isUnknown = ids.size > parametersMax ? recent : inArray(tenantId, [...ids])
    return transaction.select().from(tenants).where(isUnknown)
  })
  return rows.filter((row) => !isKnown(row)).map(tenantOf)
}

/** Of one statement; PostgreSQL takes 65,535. */
const parametersMax = 10_000

/** Of one environment, by id, from the store itself. */
export async function selectTenants(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  where?: SQL,
): Promise<readonly RegisteredTenant[]> {
  const rows = await transaction
    .select()
    .from(tenants)
    .where(and(eq(tenants.environmentId, environmentId), where))
    .orderBy(sql`${tenants.tenantId} collate "C"`)
  return rows.map(tenantOf)
}

/** Those whose places could be in a database or schema of this name, however its letters are written. */
export function couldBeIn(namespace: string): SQL | undefined {
  const name = namespace.toLowerCase()
  const said = (key: string) => sql`lower(${tenants.definition} ->> ${key}) = ${name}`
  const unsaid = (key: string) => sql`${tenants.definition} ->> ${key} is null`
  // A rule may send them there.
  const isOpen = and(
    unsaid('database'),
    unsaid('schema'),
    sql`${tenants.definition} ->> 'dataSource' is not null`,
  )
  return or(said('database'), said('schema'), isOpen)
}

/** What may be known of a tenant outside of its region: where it is to be asked for. */
export function withoutContent(tenant: RegisteredTenant): RegisteredTenant {
  return Object.freeze({ ...tenant, title: null, attributes: attributesOf({}) })
}

/** Then it has no tokens. */
export function isErased({ erasedAt, isBack }: RegisteredTenant): boolean {
  return erasedAt !== null && !isBack
}

export function tenantOf(row: typeof tenants.$inferSelect): RegisteredTenant {
  const { attributes, ...definition } = definitionSchema.parse(row.definition)
  return Object.freeze({ ...row, ...definition, attributes: attributesOf(attributes) })
}
