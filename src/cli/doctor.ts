import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { isErased, selectTenants } from '../access/places/tenant-rows.ts'
import { type Config, readConfig } from '../config.ts'
import { findVariable, type KeptValues } from '../data-sources/kept-values.ts'
import { createStoredSecrets } from '../data-sources/secrets/stored-secrets.ts'
import { ownName } from '../data-sources/target.ts'
import { diagnose, type SourceCheck } from '../doctor/diagnose.ts'
import { formatChecks } from '../doctor/report.ts'
import { createLogger, type Logger } from '../log.ts'
import type { ModelDocument } from '../model/document.ts'
import { parseModel } from '../model/parse.ts'
import { loadModel } from '../model/repository.ts'
import type { TenantEntry } from '../model/routing.ts'
import { ensureEnvironment } from '../store/bootstrap.ts'
import { openStore } from '../store/connect.ts'
import { type Closers, createClosers } from './closers.ts'
import { encryptionKeysOf, warehouseOf } from './compose.ts'
import { lockDataFolder } from './data-folder-lock.ts'

export interface DoctorOptions {
  /** A document to look at in place of the model that is in force; - for standard input. */
  readonly model?: string | undefined
  readonly json: boolean
}

/** Exit status: 0 where there is no problem, 1 where there is one or it could not look. */
export async function doctor({ model, json }: DoctorOptions): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger('silent')
  const closers = createClosers()
  try {
    const given = model === undefined ? null : parseModel(await read(model))
    const { document, ...prepared } = await prepare(config, given, log, closers)
    const checks: SourceCheck[] = []
    const own = { name: ownName, ...warehouseOf(config) }
    const { networks } = config.dataSources
    for await (const check of diagnose(document, { ...prepared, own, networks, log })) {
      checks.push(check)
    }
    process.stdout.write(json ? `${JSON.stringify({ checks }, null, 2)}\n` : formatChecks(checks))
    process.exitCode = checks.some(({ outcome }) => outcome === 'problem') ? 1 : 0
  } finally {
    await closers.closeAll()
  }
}

function read(model: string): Promise<string> {
  return model === '-' ? text(process.stdin) : readFile(model, 'utf8')
}

interface Prepared {
  readonly document: ModelDocument
  readonly environmentId: string
  readonly values: KeptValues
  readonly tenants: readonly TenantEntry[]
}

/** The store is opened where the model, or a secret that it names, is there alone. */
async function prepare(
  config: Config,
  given: ModelDocument | null,
  log: Logger,
  closers: Closers,
): Promise<Prepared> {
  const { databaseUrl, dataFolder, dataSources } = config
  const isEmbedded = warehouseOf(config).kind === 'chdb'
  const needsStore = given === null || JSON.stringify(given.dataSources).includes('"secret"')
  if (isEmbedded || (needsStore && databaseUrl === undefined)) {
    closers.add((await lockDataFolder(dataFolder)).release)
  }
  const variable = (name: string) => findVariable(dataSources.variables, name)
  if (!needsStore) {
    const secret = () => ({ value: null, expected: 'a secret of the store' })
    const values = { variable, secret, onChange: () => undefined }
    return { document: given, environmentId: '', values, tenants: [] }
  }
  const store = await openStore({ databaseUrl, dataFolder, log })
  closers.add(store.close)
  const environment = await ensureEnvironment(store, { organization: 'default', environment: 'default' })
  const document = given ?? (await loadModel(store, environment))?.document
  if (document === undefined) {
    throw new Error('No model was applied yet: say which document to look at, with --model.')
  }
  const secrets = createStoredSecrets({ store, encryptionKeys: await encryptionKeysOf(config), log })
  closers.add(await secrets.watch())
  const { environmentId } = environment
  const registered = await store.transaction(environment, (each) => selectTenants(each, environment))
  const values = { variable, secret: secrets.find, onChange: () => undefined }
  return { document, environmentId, values, tenants: registered.filter((tenant) => !isErased(tenant)) }
}
