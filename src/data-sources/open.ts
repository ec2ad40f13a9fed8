import type { Network } from '../access/networks.ts'
import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { openWarehouse } from '../warehouse/clickhouse/connect.ts'
import { openPostgresWarehouse } from '../warehouse/postgres/connect.ts'
import { permittedLookup, requirePermitted } from './addresses.ts'
import type { Pooled } from './pools.ts'
import type { Target } from './target.ts'

export interface OpenTargetOptions {
  readonly log: Logger
  readonly connections: number
  /** The addresses that it may have; null for any but those of a machine's own credentials. */
  readonly networks: readonly Network[] | null
}

/**
 * The server need not be there yet.
 * @throws TesseraError WAREHOUSE_UNAVAILABLE, since whoever asks has said nothing of it: where it is where none may be
 */
export async function openTarget(target: Target, options: OpenTargetOptions): Promise<Pooled> {
  try {
    return await open(target, options)
  } catch (cause) {
    if (cause instanceof TesseraError && cause.code === 'WAREHOUSE_UNAVAILABLE') throw cause
    throw new TesseraError('WAREHOUSE_UNAVAILABLE', { cause })
  }
}

async function open(
  { source, urls }: Target,
  { log, connections, networks }: OpenTargetOptions,
): Promise<Pooled> {
  await requirePermitted(urls, networks)
  const options = { log, connections, lookup: permittedLookup(networks) }
  return await (source.kind === 'postgres'
    ? openPostgresWarehouse(source, options)
    : openWarehouse(source, options))
}
