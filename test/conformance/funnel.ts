import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { FunnelInput } from '../../src/catalogue/inputs.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../support/behaviour-analytics.ts'
import {
  type Condition,
  condition,
  type LogName,
  logCatalogue,
  logRows,
  logStart,
  logTable,
  peopleIn,
  tenantLogs,
} from '../support/behaviour-log.ts'
import { scale } from '../support/oracle-compare.ts'
import type { ConformanceEngine } from './engine.ts'

interface Asked {
  readonly dataset: LogName
  readonly tenant: number
  readonly steps: readonly Condition[]
  /** In milliseconds, and as ISO 8601. */
  readonly within: readonly [number, string]
  readonly range: readonly [number, number] | null
}

const day = 86_400_000

const question: fc.Arbitrary<Asked> = fc.record({
  dataset: fc.constantFrom<LogName>('log', 'log_by_second', 'log_by_day'),
  tenant: fc.nat(tenantLogs.length - 1),
  steps: fc.array(condition, { minLength: 2, maxLength: 5 }),
  within: fc.constantFrom<readonly [number, string]>(
    [1, 'PT0.001S'],
    [999, 'PT0.999S'],
    [1000, 'PT1S'],
    [3_600_000, 'PT60M'],
    [day, 'P1D'],
    [day + 1, 'P1DT0.001S'],
    [2 * day - 1, 'PT47H59M59.999S'],
    [7 * day, 'P1W'],
    [366 * day, 'P366D'],
  ),
  range: fc.option(
    fc
      .tuple(fc.nat(20), fc.integer({ min: 1, max: 15 }))
      .map(([first, days]) => [logStart + first * day, logStart + (first + days) * day] as const),
  ),
})

function inputOf({ dataset, steps, within, range }: Asked): FunnelInput {
  const bound = (millis: number) => new Date(millis).toISOString()
  return {
    dataset,
    entity: 'who',
    steps: steps.map(({ filters }, index) => ({ name: `step ${index}`, filters })),
    within: within[1],
    timeRange: range && { between: { start: bound(range[0]), stop: bound(range[1]) } },
  }
}

/** Every chain of rows is tried. */
function expectedCounts({ dataset, tenant, steps, within, range }: Asked): readonly number[] {
  const isInside = (time: number) => range === null || (range[0] <= time && time < range[1])
  const levels = peopleIn(dataset, tenantLogs[tenant] ?? [], isInside).map((rows) => {
    const furthest = (level: number, last: number, start: number): number => {
      const step = steps[level]
      const next = rows.filter(
        (row) => step?.holds(row) && row.time > last && (level === 0 || row.time - start <= within[0]),
      )
      return Math.max(level, ...next.map(({ time }) => furthest(level + 1, time, level === 0 ? time : start)))
    }
    return furthest(0, Number.NEGATIVE_INFINITY, 0)
  })
  return steps.map((_, index) => levels.filter((level) => level > index).length)
}

export function funnelsSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await engine.createTable(logTable)
    await engine.insert(logTable, logRows())
    warehouse = await engine.open()
  })

  const analyticsFor = (tenant: number) =>
    analyticsOf({ catalogue: logCatalogue, warehouse, now: logStart }, `t${tenant}`)

  describe('a funnel', { timeout: 120_000 }, () => {
    test('counts whom a search through every chain of rows finds, whatever stands on one instant', async () => {
      await fc.assert(
        fc.asyncProperty(question, async (asked) => {
          const { steps } = await analyticsFor(asked.tenant).funnel(inputOf(asked))
          expect(steps.map(({ count }) => count)).toEqual(expectedCounts(asked))
        }),
        { numRuns: Math.ceil(400 * scale * share) },
      )
    })
  })
}
