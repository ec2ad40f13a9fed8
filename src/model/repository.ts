import { and, eq, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { TesseraError } from '../errors.ts'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../store/store.ts'
import {
  dashboards,
  dataSources,
  datasets,
  environments,
  metrics,
  policies,
  roles,
  widgets,
} from '../store/tables.ts'
import type { ModelColumns } from './catalogue.ts'
import type { ResolvedModel } from './check.ts'
import { isModelDocument, type ModelDocument } from './document.ts'
import { withoutDashboardsOf } from './erase-dashboards.ts'
import { columnsSchema } from './resolved.ts'
import { type ModelRows, rowsOf } from './rows.ts'

export interface StoredModel extends ResolvedModel {
  /** Counts the models that were applied. */
  readonly version: number
}

/** What a notice on the channel `model` says: whose model has changed. */
export function environmentKey({ organizationId, environmentId }: EnvironmentIdentity): string {
  return `${organizationId}/${environmentId}`
}

/** Null where no model was applied yet. One statement, so that its parts belong together. */
export function loadModel(store: Store, identity: EnvironmentIdentity): Promise<StoredModel | null> {
  return store.transaction(withoutTenant(identity), async (transaction) => {
    const [row] = await transaction
      .select({
        version: environments.modelVersion,
        document: environments.modelDocument,
        columns: columnsOf(identity),
      })
      .from(environments)
      .where(eq(environments.id, identity.environmentId))
    if (row === undefined || row.document === null) return null
    return {
      version: row.version,
      document: parseStored(row.document),
      columns: parseColumns(row.columns),
    }
  })
}

/**
 * The model in force, which stays in force until the transaction ends. Null where none was applied.
 * @throws NOT_FOUND where there is no such environment
 */
export async function lockModel(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
): Promise<ModelDocument | null> {
  const [row] = await transaction
    .select({ document: environments.modelDocument })
    .from(environments)
    .where(eq(environments.id, environmentId))
    .for('update')
  if (row === undefined) throw new TesseraError('NOT_FOUND')
  return row.document === null ? null : parseStored(row.document)
}

/**
 * Takes the dashboards of one tenant out of the model, and their names out of what roles and policies list.
 * @param document that of `lockModel`
 * @returns how many there were
 */
export async function removeDashboardsOf(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  document: ModelDocument,
  tenantId: string,
): Promise<number> {
  const { environmentId } = environment
  const { without, names } = withoutDashboardsOf(document, tenantId)
  if (names.length === 0) return 0
  await transaction
    .delete(dashboards)
    .where(and(eq(dashboards.environmentId, environmentId), eq(dashboards.tenantId, tenantId)))
  for (const [table, layers] of [
    [roles, without.roles],
    [policies, without.policies],
  ] as const) {
    for (const definition of layers ?? []) {
      const isOf = and(eq(table.environmentId, environmentId), eq(table.name, definition.name))
      await transaction.update(table).set({ definition }).where(isOf)
    }
  }
  await transaction
    .update(environments)
    .set({ modelVersion: sql`${environments.modelVersion} + 1`, modelDocument: keep(without) })
    .where(eq(environments.id, environmentId))
  await notify(transaction, 'model', environmentKey(environment))
  return names.length
}

function columnsOf({ environmentId }: EnvironmentIdentity): SQL<unknown> {
  return sql`(
    select jsonb_object_agg(${datasets.name}, ${datasets.resolved}) from ${datasets}
    where ${datasets.environmentId} = ${environmentId}
  )`
}

function parseColumns(value: unknown): ModelColumns {
  const datasets = Object.entries(columnsSchema.parse(value ?? {}))
  return new Map(
    datasets.map(([name, columns]) => [name, new Map(columns.map((column) => [column.name, column]))]),
  )
}

/** 0 where no model was applied yet. */
export function readModelVersion(store: Store, identity: EnvironmentIdentity): Promise<number> {
  return store.transaction(withoutTenant(identity), async (transaction) => {
    const [row] = await transaction
      .select({ version: environments.modelVersion })
      .from(environments)
      .where(eq(environments.id, identity.environmentId))
    return row?.version ?? 0
  })
}

export interface Replacement {
  readonly before: ModelDocument | null
  readonly version: number
}

/**
 * Puts a model in the place of the environment's own, all or nothing. Two at once come one after the other: the
 * environment's row is locked.
 * @throws NOT_FOUND where there is no such environment
 */
export function replaceModel(
  store: Store,
  identity: EnvironmentIdentity,
  model: ResolvedModel,
): Promise<Replacement> {
  const environment = withoutTenant(identity)
  return store.transaction(environment, async (transaction) => {
    const [current] = await transaction
      .select({ version: environments.modelVersion, document: environments.modelDocument })
      .from(environments)
      .where(eq(environments.id, environment.environmentId))
      .for('update')
    if (current === undefined) throw new TesseraError('NOT_FOUND')
    const version = current.version + 1
    await removeParts(transaction, environment)
    await insertParts(transaction, rowsOf(environment, model))
    await transaction
      .update(environments)
      .set({ modelVersion: version, modelDocument: keep(model.document), modelAppliedAt: sql`now()` })
      .where(eq(environments.id, environment.environmentId))
    await notify(transaction, 'model', environmentKey(environment))
    return { version, before: current.document === null ? null : parseStored(current.document) }
  })
}

/** A model is the whole environment's, whoever asks first. */
function withoutTenant({ organizationId, environmentId }: EnvironmentIdentity): EnvironmentIdentity {
  return { organizationId, environmentId }
}

async function removeParts(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
): Promise<void> {
  for (const table of [widgets, dashboards, policies, roles, metrics, datasets, dataSources]) {
    await transaction.delete(table).where(eq(table.environmentId, environmentId))
  }
}

/** A statement takes 65,535 parameters at most, and a row has up to eight. */
const rowsPerInsert = 5_000

async function insertParts(transaction: StoreTransaction, rows: ModelRows): Promise<void> {
  for (const part of inParts(rows.dataSources)) await transaction.insert(dataSources).values(part)
  for (const part of inParts(rows.datasets)) await transaction.insert(datasets).values(part)
  for (const part of inParts(rows.metrics)) await transaction.insert(metrics).values(part)
  for (const part of inParts(rows.roles)) await transaction.insert(roles).values(part)
  for (const part of inParts(rows.policies)) await transaction.insert(policies).values(part)
  for (const part of inParts(rows.dashboards)) await transaction.insert(dashboards).values(part)
  for (const part of inParts(rows.widgets)) await transaction.insert(widgets).values(part)
}

function inParts<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / rowsPerInsert)
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * rowsPerInsert, (index + 1) * rowsPerInsert),
  )
}

/** As text: a jsonb object loses the order of its keys, and the document is given back as it was written. */
const storedSchema = z.strictObject({ text: z.string() })

function keep(document: ModelDocument): z.infer<typeof storedSchema> {
  return { text: JSON.stringify(document) }
}

function parseStored(value: unknown): ModelDocument {
  const document: unknown = JSON.parse(storedSchema.parse(value).text)
  if (!isModelDocument(document)) throw new Error('The stored model is not a model document.')
  return document
}
