import { readFile } from 'node:fs/promises'
import { parse } from 'graphql'
import { createMeter } from '../src/access/rates/meter.ts'
import { createRates, type RateSettings } from '../src/access/rates/rates.ts'
import { createSharedWindows } from '../src/access/rates/shared-windows.ts'
import { createCredentialTurns, presentedIn } from '../src/access/rates/turns.ts'
import { createWindows, type Windows } from '../src/access/rates/windows.ts'
import { operationCost } from '../src/http/operation-cost.ts'
import { createLogger } from '../src/log.ts'
import { testScope } from '../test/support/scope.ts'
import { openTestStore } from '../test/support/store.ts'

const times = 20_000
const most = 9_999_999
const settings: RateSettings = {
  ...{ perToken: most, perTenant: most, perApiKey: most, perAddress: most },
  ...{ mintedPerApiKey: most, mintedPerTenant: most, refusedPerAddress: 300 },
}

/** What the limits add to a request with one question, in microseconds of a core. */
export async function limitWork(): Promise<Readonly<Record<string, number>>> {
  const store = await openTestStore()
  const shared = createSharedWindows({ store, log: createLogger('silent') })
  const turns = createCredentialTurns(settings.refusedPerAddress)
  const presented = presentedIn(`Bearer ${'x'.repeat(700)}`, '192.0.2.1')
  const document = parse(await readFile(new URL('./dashboard.graphql', import.meta.url), 'utf8'))
  const result = {
    'token, tenant, address: one process': await microseconds(requestOver(createWindows())),
    'the same, with a shared store': await microseconds(requestOver(shared)),
    'turn of a credential': await microseconds(() => turns.take(presented, async () => undefined)),
    'cost of a document of 12 widgets': await microseconds(async () => operationCost(document, null)),
  }
  shared.close()
  await store.close()
  return result
}

function requestOver(windows: Windows): () => Promise<void> {
  const rates = createRates(windows, settings)
  const scope = testScope('acme')
  return async () => {
    const meter = createMeter(rates.guest(scope, '192.0.2.1'))
    await meter.admit(1)
    await meter.question()
  }
}

async function microseconds(thing: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count < times / 10; count += 1) await thing()
  const started = process.cpuUsage()
  for (let count = 0; count < times; count += 1) await thing()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / times
}
