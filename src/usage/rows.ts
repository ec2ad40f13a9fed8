import { and, asc, eq, gte, lt, or, type SQL, sql } from 'drizzle-orm'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { usageDays } from '../store/tenant-tables.ts'

export interface UsedBy {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
}

/** Sums. */
export interface UsageFigures {
  readonly questions: number
  readonly rowsRead: number
  readonly bytesRead: number
  readonly durationMs: number
  readonly exports: number
  readonly tokensMinted: number
}

/** `day` is of UTC: `2001-01-31`. */
export interface UsageDay extends UsedBy, UsageFigures {
  readonly day: string
}

export const noUsage: UsageFigures = Object.freeze({
  ...{ questions: 0, rowsRead: 0, bytesRead: 0, durationMs: 0, exports: 0, tokensMinted: 0 },
})

/** Adds to what is there, of one environment. */
export async function writeUsage(store: Store, days: readonly UsageDay[]): Promise<void> {
  const [first] = days
  if (first === undefined) return
  const { organizationId, environmentId } = first
  const names = [
    ['questions', usageDays.questions],
    ['rowsRead', usageDays.rowsRead],
    ['bytesRead', usageDays.bytesRead],
    ['durationMs', usageDays.durationMs],
    ['exports', usageDays.exports],
    ['tokensMinted', usageDays.tokensMinted],
  ] as const
  const set = Object.fromEntries(
    names.map(([name, column]) => [name, sql`${column} + excluded.${sql.identifier(columnNames[name])}`]),
  )
  const values = days.map((of) => ({ ...of, ...wholeOf(of) }))
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .insert(usageDays)
      .values(values)
      .onConflictDoUpdate({ target: [usageDays.environmentId, usageDays.tenantId, usageDays.day], set }),
  )
}

const columnNames = {
  questions: 'questions',
  rowsRead: 'rows_read',
  bytesRead: 'bytes_read',
  durationMs: 'duration_ms',
  exports: 'exports',
  tokensMinted: 'tokens_minted',
} as const

function wholeOf({ rowsRead, bytesRead, durationMs }: UsageFigures) {
  const whole = (figure: number) => Math.max(0, Math.round(Math.min(figure, Number.MAX_SAFE_INTEGER)))
  return { rowsRead: whole(rowsRead), bytesRead: whole(bytesRead), durationMs: whole(durationMs) }
}

export interface UsageRange {
  /** `2001-01-31`, inclusive. */
  readonly from: string
  /** exclusive */
  readonly to: string
  readonly tenantId: string | null
}

/** By day and tenant; one more than `most` says that there are more. */
export async function readUsage(
  store: Store,
  identity: EnvironmentIdentity,
  { from, to, tenantId }: UsageRange,
  { most, tenants }: { readonly most: number; readonly tenants: readonly string[] | null },
): Promise<readonly UsageDay[]> {
  return store.transaction(identity, (transaction) =>
    transaction
      .select()
      .from(usageDays)
      .where(
        and(
          eq(usageDays.environmentId, identity.environmentId),
          gte(usageDays.day, from),
          lt(usageDays.day, to),
          tenantId === null ? undefined : eq(usageDays.tenantId, tenantId),
          isOf(tenants),
        ),
      )
      .orderBy(asc(usageDays.day), asc(usageDays.tenantId))
      .limit(most + 1),
  )
}

/** Those that a key is for; an empty list is for none. */
function isOf(patterns: readonly string[] | null): SQL | undefined {
  if (patterns === null) return undefined
  const matches = patterns.map((pattern) =>
    pattern.endsWith('*')
      ? sql`starts_with(${usageDays.tenantId}, ${pattern.slice(0, -1)})`
      : eq(usageDays.tenantId, pattern),
  )
  return or(sql`false`, ...matches)
}
