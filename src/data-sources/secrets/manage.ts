import { requireScope } from '../../access/api-key-scopes.ts'
import { type EncryptionKeys, seal } from '../../access/encryption.ts'
import type { HostIdentity } from '../../access/host.ts'
import { secretContext } from '../../access/sealed-secret.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import { badInput, TesseraError } from '../../errors.ts'
import type { DataSourceSecretRecord } from '../../graphql/context.ts'
import { secretName, secretNameText } from '../../model/data-source-document.ts'
import type { Store } from '../../store/store.ts'
import { listSecretRows, removeSecretRow, type SecretRow, writeSecretRow } from './rows.ts'
import type { StoredSecrets } from './stored-secrets.ts'

export interface SecretDeps {
  readonly store: Store
  readonly secrets: StoredSecrets
  readonly encryptionKeys: EncryptionKeys
  readonly audit: AuditLog
  readonly requestId: string | null
}

/** A chain of certificates has a few thousand characters. */
const valueMax = 65_536

/**
 * Their names, and never their values.
 * @throws FORBIDDEN without the scope model:write
 */
export async function listDataSourceSecrets(
  host: HostIdentity,
  { store }: Pick<SecretDeps, 'store'>,
): Promise<readonly DataSourceSecretRecord[]> {
  requireScope(host, 'model:write')
  return (await listSecretRows(store, environmentOf(host))).map(recordOf)
}

/**
 * In force here when this answers, everywhere within two seconds: what is connected with the one before goes on until its
 * statements have ended.
 * @throws FORBIDDEN without the scope model:write, BAD_USER_INPUT that does not show the value, QUOTA_EXCEEDED
 */
export async function setDataSourceSecret(
  host: HostIdentity,
  { name, value }: { readonly name: string; readonly value: string },
  deps: SecretDeps,
): Promise<DataSourceSecretRecord> {
  requireScope(host, 'model:write')
  if (!secretName.test(name)) throw badInput('name', secretNameText)
  if (value === '' || value.length > valueMax || !value.isWellFormed() || value.includes('\0')) {
    throw badInput('value', `1 to ${valueMax} characters of text`)
  }
  const environment = environmentOf(host)
  const context = secretContext({ environmentId: host.environmentId, name })
  const sealed = seal(deps.encryptionKeys.current, context, value)
  const row = await writeSecretRow(deps.store, environment, { name, sealed })
  return changed(host, row, 'data_source_secret.set', deps)
}

/**
 * Gone here when this answers, everywhere within two seconds, and from the store.
 * @throws FORBIDDEN without the scope model:write, NOT_FOUND
 */
export async function deleteDataSourceSecret(
  host: HostIdentity,
  name: string,
  deps: SecretDeps,
): Promise<DataSourceSecretRecord> {
  requireScope(host, 'model:write')
  const row = secretName.test(name) ? await removeSecretRow(deps.store, environmentOf(host), name) : null
  if (row === null) throw new TesseraError('NOT_FOUND', { argument: 'name' })
  return changed(host, row, 'data_source_secret.deleted', deps)
}

function changed(
  host: HostIdentity,
  row: SecretRow,
  kind: 'data_source_secret.set' | 'data_source_secret.deleted',
  { secrets, audit, requestId }: SecretDeps,
): DataSourceSecretRecord {
  secrets.note(row)
  const { apiKeyId } = host
  const detail = { secret: row.name }
  audit.record({ kind, outcome: 'SUCCEEDED', environment: environmentOf(host), apiKeyId, requestId, detail })
  return recordOf(row)
}

function recordOf({ name, setAt }: SecretRow): DataSourceSecretRecord {
  return Object.freeze({ name, setAt })
}

function environmentOf({ organizationId, environmentId }: HostIdentity) {
  return { organizationId, environmentId }
}
