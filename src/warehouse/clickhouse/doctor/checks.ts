import type { Logger } from '../../../log.ts'
import { type Check, problem, type TableUse } from '../../doctor.ts'
import { parseAddress } from '../address.ts'
import type { ChdbSource, ClickHouseSource } from '../source.ts'
import { type Look, lookAt, lookInside } from './look.ts'
import { checkAddress, checkUser, currentUser } from './server.ts'
import { checkTable } from './tables.ts'

/** Each address, and over the first that answers the user and the tables. Inside the process there is no user. */
export async function* checkClickHouse(
  source: ClickHouseSource | ChdbSource,
  tables: readonly TableUse[],
  log: Logger,
): AsyncGenerator<Check> {
  const looks = source.kind === 'chdb' ? [await lookInside(source, log)] : looksAt(source, log)
  try {
    let first: Look | null = null
    for (const look of looks) {
      const check = await checkAddress(look)
      yield check
      if (check.outcome === 'ok') first ??= look
    }
    if (source.kind === 'clickhouse' && looks.length < source.urls.length)
      yield problem('definition', 'An address is not http://host:8123.')
    if (first === null) return
    const user = await currentUser(first)
    if (source.kind === 'clickhouse') yield* checkUser(first, user)
    for (const table of tables) yield* checkTable(first, table, user)
  } finally {
    for (const look of looks) await look.close()
  }
}

function looksAt(source: ClickHouseSource, log: Logger): readonly Look[] {
  return source.urls.filter((url) => parseAddress(url) !== null).map((url) => lookAt(source, url, log))
}
