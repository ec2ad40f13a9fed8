import { expect, test } from 'vitest'
import { behindTable } from '../../src/charts/behind-table.ts'
import { counter, funnel, monthly, retention, weeklyByState } from '../support/chart-answers.ts'

function textsOf(answer: Parameters<typeof behindTable>[0]) {
  const { columns, rows } = behindTable(answer)
  return [columns.map(({ text }) => text), ...rows.map((row) => row.map(({ text }) => text))]
}

test('a series stands by its buckets, beside what it was before', () => {
  expect(textsOf(monthly).slice(0, 4)).toEqual([
    ['Time', 'Average delay', 'Average delay, before', 'On time'],
    ['Jan 2001', '9.1 min', '8 min', '81%'],
    ['Feb 2001', '8.4 min', '8.1 min', '83%'],
    ['Mar 2001', '–', '8.6 min', '80%'],
  ])
})

test('groups are columns, nulls and others among them', () => {
  expect(textsOf(weeklyByState)[0]).toEqual(['Time', 'CA', 'FL', 'TX', 'NY', '(none)', 'Others'])
})

test('steps have their shares, cohorts their sizes, a number what it was before', () => {
  expect(textsOf(funnel)[2]).toEqual(['Signed up', '4,210', '32.8%', '32.8%'])
  expect(textsOf(retention)[1]?.slice(0, 4)).toEqual(['Jan 1, 2001', '420', '420 (100%)', '302 (71.9%)'])
  expect(textsOf(counter)).toEqual([
    ['Departures', 'Departures, before'],
    ['124,711', '119,680'],
  ])
})

test('a figure keeps its value and its point, for files and for drill-down', () => {
  expect(behindTable(monthly).rows[0]?.[1]).toEqual({
    text: '9.1 min',
    value: 9.1,
    at: { metric: 'average_delay', bucket: '2001-01-01T00:00:00.000Z' },
  })
})
