import { writeFile } from 'node:fs/promises'
import { type Config, readConfig } from '../config.ts'
import { findVariable } from '../data-sources/kept-values.ts'
import { type FirstModelOptions, firstModel } from '../init/document.ts'
import { type ColumnProfile, profileTable, type TableProfile } from '../init/profile.ts'
import { profilePostgresTable } from '../init/profile-postgres.ts'
import { holdsTenants, tenantCandidates } from '../init/roles.ts'
import { openLoadingEngine } from '../load/engine.ts'
import { createLogger } from '../log.ts'
import { parseModel } from '../model/parse.ts'
import { openPostgresLook } from '../warehouse/postgres/look.ts'
import { type Closers, createClosers } from './closers.ts'
import { warehouseOf } from './compose.ts'
import { ask, canAsk } from './confirm.ts'
import { lockDataFolder } from './data-folder-lock.ts'

export interface InitOptions {
  readonly table: string
  /** The variable with the address of the server that has it; undefined for the installation's own warehouse. */
  readonly urlVariable?: string | undefined
  /** Of PostgreSQL. */
  readonly schema?: string | undefined
  readonly database?: string | undefined
  readonly tenantColumn?: string | undefined
  /** Undefined for standard output. */
  readonly output?: string | undefined
  readonly force: boolean
}

/** Writes a first model of a table. The embedded warehouse is one process's own: its server must be stopped. */
export async function init(options: InitOptions): Promise<void> {
  const config = readConfig(process.env)
  const closers = createClosers()
  try {
    const { profile, ...source } = await look(config, options, closers)
    const tenantColumn = await tenantColumnOf(profile, options.tenantColumn)
    const document = firstModel(profile, { tenantColumn, ...source })
    // What is written can be applied as it is.
    parseModel(document)
    await write(document, options)
  } finally {
    await closers.closeAll()
  }
}

interface Looked extends Pick<FirstModelOptions, 'urlVariable' | 'kind'> {
  readonly profile: TableProfile
}

async function look(config: Config, options: InitOptions, closers: Closers): Promise<Looked> {
  const { urlVariable, table, schema = 'public' } = options
  if (urlVariable === undefined) return lookAtOwn(config, options, closers)
  const url = addressIn(config, urlVariable)
  if (/^https?:/.test(url)) {
    const engine = await openLoadingEngine({ kind: 'clickhouse', urls: url.split(',') })
    closers.add(engine.close)
    const profile = await profileTable(engine, options.database ?? 'default', table)
    return { profile, urlVariable, kind: 'clickhouse' }
  }
  const source = { name: urlVariable, kind: 'postgres', url, role: null } as const
  const postgres = openPostgresLook(source, createLogger('silent'))
  closers.add(postgres.close)
  return { profile: await profilePostgresTable(postgres, schema, table), urlVariable, kind: 'postgres' }
}

async function lookAtOwn(
  config: Config,
  { table, database }: InitOptions,
  closers: Closers,
): Promise<Looked> {
  const target = warehouseOf(config)
  if (target.kind === 'chdb') closers.add((await lockDataFolder(config.dataFolder)).release)
  const engine = await openLoadingEngine(target)
  closers.add(engine.close)
  const isEmbedded = target.kind === 'chdb'
  const profile = await profileTable(engine, database ?? (isEmbedded ? 'data' : 'default'), table)
  return { profile, urlVariable: isEmbedded ? null : 'CLICKHOUSE_URL' }
}

/** As a model finds it. */
function addressIn({ dataSources }: Config, urlVariable: string): string {
  const found = findVariable(dataSources.variables, urlVariable)
  if (found.value === null) throw new Error(`--url-variable: expected ${found.expected}.`)
  if (/^(https?|postgres(ql)?):\/\//.test(found.value)) return found.value
  throw new Error(`--url-variable: expected an address of ClickHouse or PostgreSQL in ${urlVariable}.`)
}

/** A column that was guessed wrong would show one customer's rows to another: whoever knows the table says which it is. */
async function tenantColumnOf(profile: TableProfile, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return requireTenantColumn('--tenant-column', profile, wanted)
  const candidates = tenantCandidates(profile)
  if (!canAsk()) {
    throw new Error(
      `--tenant-column: expected the column with the id of the customer whose row it is. ${likely(candidates)}`,
    )
  }
  process.stderr.write(`Which column holds the id of the customer whose row it is?\n${listed(candidates)}`)
  return requireTenantColumn('The tenant column', profile, await ask('Its name: '))
}

function requireTenantColumn(what: string, profile: TableProfile, wanted: string): string {
  const found = profile.columns.find(({ name }) => name === wanted)
  if (found !== undefined && holdsTenants(found)) return found.name
  const expected =
    found === undefined
      ? `a column of ${profile.database}.${profile.table}, not ${JSON.stringify(wanted)}`
      : `a column of text, whole numbers or UUIDs; ${wanted} is ${found.engineType}`
  throw new Error(`${what}: expected ${expected}. ${likely(tenantCandidates(profile))}`)
}

const shownMax = 5

function likely(candidates: readonly ColumnProfile[]): string {
  const names = candidates.slice(0, shownMax).map(({ name }) => name)
  return names.length === 0 ? 'No column can hold one.' : `It may be ${names.join(', ')}.`
}

function listed(candidates: readonly ColumnProfile[]): string {
  return candidates
    .slice(0, shownMax)
    .map(({ name, distinct }) => `  ${name} (${distinct.toLocaleString('en')} values)\n`)
    .join('')
}

async function write(document: string, { output, force }: InitOptions): Promise<void> {
  if (output === undefined) {
    process.stdout.write(document)
    return
  }
  try {
    await writeFile(output, document, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new Error(`${output} is there already. --force writes over it; or choose another --output.`)
  }
  process.stdout.write(`Wrote ${output}. Look it over, then: tessera apply ${output}\n`)
}
