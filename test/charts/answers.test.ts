import { expect, test } from 'vitest'
import type { WidgetAnswer } from '../../src/charts/answers.ts'
import { chartOption } from '../../src/charts/draw.ts'
import type { WidgetData } from '../../src/client/dashboard-data.ts'
import { widget } from '../support/chart-answers.ts'

/** Held by the compiler: what a typed document answers with can be drawn as it is. */
const drawn = (data: WidgetData): WidgetAnswer => data

test('an answer of the client is drawn as it is', () => {
  const answer = drawn({
    __typename: 'Histogram',
    dimension: { title: 'Delay', format: null, unit: null },
    bins: [{ from: 0, to: 1, exactFrom: '0', exactTo: '1', count: 3 }],
    range: null,
    stats: { asOf: '2001-01-01T00:00:00Z' },
  })
  expect(chartOption(widget('HISTOGRAM'), answer).summary).toBe(
    'Departures: Count: highest 3 (0 – 1), lowest 3 (0 – 1)',
  )
})
