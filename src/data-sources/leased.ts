import { createBounds } from '../warehouse/bounds.ts'
import type { Dialect } from '../warehouse/dialect.ts'
import type { StreamPlaces } from '../warehouse/stream-places.ts'
import type { RunOptions, Warehouse } from '../warehouse/warehouse.ts'
import { withoutAddress } from './failure.ts'
import type { Lease } from './pools.ts'

/** Long enough for a catalogue of many tables, as the check of a model allows itself. */
const describeTimeoutMs = 30_000

export interface LeasedOptions {
  readonly name: string
  readonly dialect: Dialect
  readonly lease: (end: AbortSignal) => Promise<Lease>
  /** Of the whole data source; null where each database has its own alone. */
  readonly streamPlaces: () => StreamPlaces | null
}

/**
 * A data source that is opened by its first statement. Each statement has the pool to itself or with others as long as it runs,
 * and a pool that is to be closed waits for it. Closing it here closes nothing.
 */
export function leasedWarehouse({ name, dialect, lease, streamPlaces }: LeasedOptions): Warehouse {
  const bounds = createBounds()

  /** The wait for the pool counts. */
  async function within<T>(
    options: RunOptions,
    work: (warehouse: Warehouse, timeoutMs: number) => Promise<T>,
  ): Promise<T> {
    const { end, remainingMs, release } = bounds.bound(options)
    try {
      const held = await lease(end)
      try {
        return await work(held.warehouse, remainingMs())
      } finally {
        held.release()
      }
    } catch (error) {
      throw withoutAddress(error, name)
    } finally {
      release()
    }
  }

  const asked = <T>(work: (warehouse: Warehouse) => Promise<T>) =>
    within({ signal: undefined, timeoutMs: describeTimeoutMs }, work)

  return Object.freeze({
    name,
    dialect,
    run: (statement, { signal, timeoutMs }) =>
      within({ signal, timeoutMs }, (warehouse, remainingMs) =>
        warehouse.run(statement, { signal, timeoutMs: remainingMs }),
      ),
    async *stream(statement, { signal, timeoutMs, owner }) {
      const { end, remainingMs, release } = bounds.bound({ signal, timeoutMs })
      let giveBack = () => {}
      try {
        // Before the lease: those that wait for a place would keep questions from theirs.
        giveBack = (await streamPlaces()?.take(owner, end)) ?? giveBack
        const held = await lease(end)
        // Whoever takes no more rows may not come back to hear of it.
        end.addEventListener('abort', giveBack)
        end.addEventListener('abort', held.release)
        try {
          yield* held.warehouse.stream(statement, { signal, timeoutMs: remainingMs(), owner })
        } finally {
          held.release()
        }
      } catch (error) {
        throw withoutAddress(error, name)
      } finally {
        giveBack()
        release()
      }
    },
    tables: (database) => asked((warehouse) => warehouse.tables(database)),
    describe: (table) => asked((warehouse) => warehouse.describe(table)),
    isUnique: (table, columns) => asked((warehouse) => warehouse.isUnique(table, columns)),
    ping: (timeoutMs) =>
      within({ signal: undefined, timeoutMs }, (warehouse, remainingMs) => warehouse.ping(remainingMs)),
    close: async () => undefined,
  } satisfies Warehouse)
}
