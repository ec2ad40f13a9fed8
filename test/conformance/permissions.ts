import { beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { agrees, outcomesOf, round } from '../support/reference-agreement.ts'
import { caseCount, forAll, seed, timeoutMs } from '../support/reference-runs.ts'
import { storedTables } from '../support/reference-world.ts'
import type { ConformanceEngine } from './engine.ts'

interface Tally {
  answered: number
  /** Of these, how many hold anything. */
  withFigures: number
  readonly refused: Map<string, number>
}

function told({ answered, withFigures, refused }: Tally): string {
  const codes = [...refused].sort(([, one], [, other]) => other - one)
  const total = codes.reduce((sum, [, count]) => sum + count, 0)
  return [
    `Permissions, seed ${seed}: ${answered} answers of the engine are those of the reference (${withFigures} hold rows);`,
    `${total} refusals are (${codes.map(([code, count]) => `${count} ${code}`).join(', ')}).`,
  ].join(' ')
}

export function permissionsSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    for (const [table, rows] of storedTables) {
      await engine.createTable(table)
      await engine.insert(table, rows)
    }
    warehouse = await engine.open()
  })

  const count = Math.ceil(caseCount * share)

  test(
    `${count} answers of the engine are what the reference makes of model, token and question, and so is every refusal on the way`,
    async () => {
      const tally: Tally = { answered: 0, withFigures: 0, refused: new Map() }
      await forAll(
        round,
        async (one) => {
          let answered = 0
          for (const outcome of await outcomesOf(one, warehouse)) {
            const { found, expected, question } = outcome
            if (!agrees(outcome)) expect({ question, answer: found }).toEqual({ question, answer: expected })
            if (typeof found === 'string') {
              tally.refused.set(found, (tally.refused.get(found) ?? 0) + 1)
              continue
            }
            answered += 1
            if (found.some((line) => line.some((cell) => cell !== null && cell !== 0))) tally.withFigures += 1
          }
          tally.answered += answered
          return answered
        },
        count,
      )
      process.stdout.write(`${told(tally)}\n`)
      // A run in which little is answered, or nothing refused, would prove little.
      expect(tally.withFigures).toBeGreaterThan(tally.answered / 3)
      if (share >= 1)
        expect([...tally.refused.keys()].sort()).toEqual([
          'ATTRIBUTE_MISSING',
          'DATE_RANGE_TOO_LONG',
          'DIMENSION_NOT_ALLOWED',
          'FORBIDDEN',
          'GRANULARITY_NOT_ALLOWED',
          'METRIC_NOT_ALLOWED',
          'NOT_FOUND',
          'PERIOD_NOT_ALLOWED',
        ])
    },
    timeoutMs,
  )
}
