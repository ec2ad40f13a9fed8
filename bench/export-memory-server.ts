import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ChdbConnection } from 'chdb/connection'
import { openServices } from '../src/cli/compose.ts'
import { listen } from '../src/cli/listen.ts'
import { readConfig } from '../src/config.ts'
import { createLogger } from '../src/log.ts'

/**
 * A process of its own, whose memory is watched from inside while someone outside takes what it exports. The rows are made
 * by another one before it: what the engine needed for that would count as idle.
 */
const [dataFolder = '', rows] = process.argv.slice(2)
if (rows !== undefined) {
  const admin = new ChdbConnection({ path: join(dataFolder, 'warehouse') })
  await admin.exec({ query: 'CREATE DATABASE demo' })
  await admin.exec({
    query: `CREATE TABLE demo.many ENGINE = MergeTree ORDER BY (tenant, at) AS
      SELECT 'a' AS tenant, toDateTime64('2020-01-01 00:00:00', 3, 'UTC') + toIntervalSecond(sipHash64(number) % 100000000) AS at,
        toString(cityHash64(number)) AS name, if(number % 7 = 0, NULL, ['alpha', 'beta', 'gamma, delta', '=1+1'][number % 4 + 1]) AS kind,
        toInt64(number * 4611686018427) AS big, toDecimal64(number / 7, 4) AS price, number / 3 AS ratio,
        toInt32(number % 1000) AS small, number % 2 = 0 AS even, toDate('2020-01-01') + number % 1000 AS day
      FROM numbers(${rows})`,
  })
  await admin.close()
  process.exit(0)
}

const apiKey = `tsk_${randomBytes(32).toString('hex')}`
const config = readConfig({
  PORT: '0',
  DATA_DIR: dataFolder,
  LOG_LEVEL: 'error',
  TESSERA_BOOTSTRAP_API_KEY: apiKey,
})
const log = createLogger(config.logLevel)
const services = await openServices(config, log, { keepApiKey: false })
const server = await listen(config, services, { log, graphiql: null })

let peak = 0
let watching: NodeJS.Timeout | undefined
const megabytes = () => process.memoryUsage().rss / 1e6

process.on('message', async (message) => {
  if (message === 'watch') {
    peak = megabytes()
    watching = setInterval(() => {
      peak = Math.max(peak, megabytes())
    }, 5)
    process.send?.({ now: megabytes() })
  }
  if (message === 'tell') {
    clearInterval(watching)
    process.send?.({ peak, now: megabytes() })
  }
  if (message === 'end') {
    await server.close(0)
    await services.close()
    process.disconnect()
  }
})
process.send?.({ url: server.url, apiKey })
