import type { Bounds } from '../bounds.ts'
import type { Settings } from '../statement.ts'
import type { Cell, RunOptions } from '../warehouse.ts'
import { failureOf } from './failure.ts'
import type { Runner } from './run.ts'
import type { Text } from './session.ts'

/**
 * The columns of one text's answer, under these settings.
 * @throws TesseraError QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL; the signal's reason
 */
export type Ask = (
  text: Text,
  settings: Settings,
  options: RunOptions,
) => Promise<readonly (readonly Cell[])[]>

export function createAsk({ run }: Pick<Runner, 'run'>, bounds: Bounds): Ask {
  return async (text, settings, options) => {
    const bound = bounds.bound(options)
    try {
      return await run(text, settings, bound)
    } catch (error) {
      bound.end.throwIfAborted()
      throw failureOf(error)
    } finally {
      bound.release()
    }
  }
}
