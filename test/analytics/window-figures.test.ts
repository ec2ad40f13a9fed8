import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Figure } from '../../src/analytics/answers.ts'
import { windowFigures } from '../../src/analytics/window-figures.ts'
import { metric, windowed } from '../support/catalogue.ts'

const figure = fc.option(
  fc.integer({ min: -1000, max: 1000 }).map((value): Figure => ({ value, exact: String(value) })),
  { nil: undefined },
)

test('a window that slides holds what each of its buckets holds, however long it is', () => {
  fc.assert(
    fc.property(
      fc.array(figure, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom('sum', 'min', 'max'),
      (points, count, before, aggregate) => {
        const lead = Math.min(before, points.length - 1)
        const length = points.length - lead
        const rolling = windowed(metric({ name: 'm', dataset: 'd', aggregate }), 'r', {
          kind: 'rolling',
          count,
          grain: 'DAY',
        })
        const expected = Array.from({ length }, (_, bucket) => {
          const stop = lead + bucket + 1
          if (stop < count) return null
          const values = points.slice(stop - count, stop).flatMap((point) => point?.value ?? [])
          if (aggregate === 'sum') return values.reduce((sum, value) => sum + value, 0)
          if (values.length === 0) return null
          return aggregate === 'min' ? Math.min(...values) : Math.max(...values)
        })
        expect(windowFigures(rolling, [points], { lead, length }).map(({ value }) => value)).toEqual(expected)
      },
    ),
    { numRuns: 500 },
  )
})
