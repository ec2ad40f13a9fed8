import type { Network } from '../access/networks.ts'
import { requirePermitted } from '../data-sources/addresses.ts'
import type { KeptValues } from '../data-sources/kept-values.ts'
import { isInstallations, targetOf } from '../data-sources/target.ts'
import type { Logger } from '../log.ts'
import { buildDataSource } from '../model/data-source.ts'
import type { ModelDocument } from '../model/document.ts'
import type { TenantEntry } from '../model/routing.ts'
import type { ChdbSource, ClickHouseSource } from '../warehouse/clickhouse/source.ts'
import { type Check, problem } from '../warehouse/doctor.ts'
import { checksOf } from './checks-of.ts'
import { lookedPlaces } from './places.ts'
import { type Uses, usesOf } from './uses.ts'

/** A check of one data source of the model. */
export interface SourceCheck extends Check {
  readonly dataSource: string
}

export interface DiagnoseOptions {
  readonly environmentId: string
  /** What the installation's settings connect to. */
  readonly own: ClickHouseSource | ChdbSource
  readonly values: KeptValues
  /** Those who are registered, and were not erased. */
  readonly tenants: readonly TenantEntry[]
  readonly networks: readonly Network[] | null
  readonly log: Logger
}

/** Looks at every data source of a model, and at the tables that the model reads there. */
export async function* diagnose(
  document: ModelDocument,
  options: DiagnoseOptions,
): AsyncGenerator<SourceCheck> {
  const { places, check } = lookedPlaces(document, options.tenants)
  if (check !== null) yield { dataSource: 'places of tenants', ...check }
  for (const uses of usesOf(document, places)) {
    const dataSource = nameOf(uses)
    for await (const check of checksIn(document, uses, options)) yield { dataSource, ...check }
  }
}

function nameOf({ at }: Uses): string {
  return at.database === null ? at.dataSource : `${at.dataSource} (${at.database})`
}

async function* checksIn(
  document: ModelDocument,
  { at, tables }: Uses,
  { environmentId, own, values, networks, log }: DiagnoseOptions,
): AsyncGenerator<Check> {
  const definition = document.dataSources.find(({ name }) => name === at.dataSource)
  if (definition === undefined) return
  const built = buildDataSource(definition)
  if (isInstallations(built, own.kind)) return yield* checksOf(own, tables, log)
  if (built.kind === 'chdb') return yield problem('definition', 'This process has no such warehouse.')
  const outcome = targetOf(environmentId, built, at.database, values)
  if ('obstacles' in outcome) {
    for (const { path, expected } of outcome.obstacles)
      yield problem('definition', `${path.join('.')}: expected ${expected}.`)
    return
  }
  const { source, urls } = outcome.target
  if (await isPermitted(urls, networks)) return yield* checksOf(source, tables, log)
  yield problem('address', 'It is not one that data sources may have, as TESSERA_DATA_SOURCE_NETWORKS says.')
}

async function isPermitted(urls: readonly URL[], networks: readonly Network[] | null): Promise<boolean> {
  try {
    await requirePermitted(urls, networks)
    return true
  } catch {
    return false
  }
}
