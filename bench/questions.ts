import type { Analytics } from '../src/analytics/analytics.ts'
import { createAnalytics } from '../src/analytics/analytics.ts'
import { createLogger } from '../src/log.ts'
import { openWarehouse } from '../src/warehouse/clickhouse/connect.ts'
import { defaultLimits } from '../src/warehouse/limits.ts'
import { warehousesNamed } from '../src/warehouse/warehouses.ts'
import { flightsCatalogue } from '../test/support/catalogue.ts'
import { testScope } from '../test/support/scope.ts'
import { alternate } from './measure.ts'

const march = { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } }
const february = { between: { start: '2001-02-01T00:00:00Z', stop: '2001-03-01T00:00:00Z' } }

/**
 * What a comparison and the others cost over the plain question, and over two plain questions one after the other.
 * @param path a data folder with the demo's flights, which no other part of the process has open for writing
 */
export async function questionCosts(
  path: string,
  tenantId: string,
): Promise<Readonly<Record<string, number>>> {
  const warehouse = await openWarehouse(
    { name: 'warehouse', kind: 'chdb', path },
    { log: createLogger('silent') },
  )
  const ask = (question: (analytics: Analytics) => Promise<unknown>) => () =>
    question(
      createAnalytics(testScope(tenantId), {
        catalogue: flightsCatalogue,
        warehouses: warehousesNamed([['warehouse', warehouse]]),
        limits: defaultLimits,
        questionsPerRequest: 10,
        now: Date.now() * 1000,
        signal: undefined,
        tellsCost: true,
        inTurn: (run) => run(),
      }),
    )
  const medians = await alternate(
    {
      counter: ask((of) => of.counter({ metric: 'average_delay', timeRange: march })),
      'counter compared': ask((of) =>
        of.counter({ metric: 'average_delay', timeRange: march, compareTo: 'PREVIOUS_PERIOD' }),
      ),
      'counter twice': ask(async (of) => {
        await of.counter({ metric: 'average_delay', timeRange: march })
        await of.counter({ metric: 'average_delay', timeRange: february })
      }),
      series: ask((of) => of.timeSeries({ metrics: ['departures'], timeRange: march, granularity: 'DAY' })),
      'series compared': ask((of) =>
        of.timeSeries({
          metrics: ['departures'],
          timeRange: march,
          granularity: 'DAY',
          compareTo: 'PREVIOUS_PERIOD',
        }),
      ),
      leaderboard: ask((of) => of.leaderboard({ metric: 'average_delay', dimensions: ['destination'] })),
      'leaderboard with others': ask((of) =>
        of.leaderboard({ metric: 'average_delay', dimensions: ['destination'], others: true }),
      ),
      'leaderboard twice': ask(async (of) => {
        await of.leaderboard({ metric: 'average_delay', dimensions: ['destination'] })
        await of.leaderboard({ metric: 'average_delay', dimensions: ['destination'] })
      }),
    },
    { rounds: 60, warmup: 10 },
  )
  await warehouse.close()
  const ratio = (name: string, plain: string) =>
    (medians[name] ?? Number.NaN) / (medians[plain] ?? Number.NaN)
  return {
    'counter, plain, ms': medians.counter ?? Number.NaN,
    'counter compared / plain': ratio('counter compared', 'counter'),
    'counter compared / two of them': ratio('counter compared', 'counter twice'),
    'series, plain, ms': medians.series ?? Number.NaN,
    'series compared / plain': ratio('series compared', 'series'),
    'leaderboard, plain, ms': medians.leaderboard ?? Number.NaN,
    'leaderboard with others / plain': ratio('leaderboard with others', 'leaderboard'),
    'leaderboard with others / two': ratio('leaderboard with others', 'leaderboard twice'),
  }
}
