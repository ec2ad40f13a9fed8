import { createLogger } from '../../src/log.ts'
import { openWarehouse } from '../../src/warehouse/clickhouse/connect.ts'
import { statement, unhurried } from './warehouse.ts'

/** A process of its own that ends in one of several ways while chDB computes. */
const [path = '', way = ''] = process.argv.slice(2)
const warehouse = await openWarehouse(
  { name: 'exit', kind: 'chdb', path },
  { log: createLogger('warn'), connections: 2 },
)
await warehouse.run(statement('SELECT {p0:String} AS v', 'a'), unhurried)
const endless = statement('SELECT count() AS n FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 1')

switch (way) {
  case 'idle, closed':
    await warehouse.close()
    break
  case 'idle, not closed':
    process.exit(0)
    break
  case 'computing, closed': {
    const running = warehouse.run(endless, unhurried).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await warehouse.close()
    await running
    break
  }
  case 'after an abort': {
    const end = AbortSignal.timeout(100)
    await warehouse.run(endless, { signal: end, timeoutMs: 20_000 }).catch(() => undefined)
    process.exit(0)
  }
}
