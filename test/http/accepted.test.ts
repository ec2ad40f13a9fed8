import { expect, test } from 'vitest'
import { acceptedBy } from '../../src/http/accepted.ts'
import { eventsFormat, partsFormat } from '../../src/http/delivery.ts'

const names = new Map([
  [partsFormat, 'parts'],
  [eventsFormat, 'events'],
])

/** How an answer in parts, a whole one and a subscription go out. */
function goingOut(header: string | undefined) {
  const accepted = acceptedBy(header)
  if (accepted === null) return null
  const { parts, whole, events } = accepted
  const nameOf = (format: typeof parts) => (format === null ? 'whole' : names.get(format))
  return [nameOf(parts), nameOf(whole), events ? 'events' : 'refused']
}

test.each([
  [undefined, ['whole', 'whole', 'events']],
  ['', ['whole', 'whole', 'events']],
  ['*/*', ['whole', 'whole', 'events']],
  ['application/json', ['whole', 'whole', 'refused']],
  ['application/graphql-response+json', ['whole', 'whole', 'refused']],
  ['application/*;q=0.2', ['whole', 'whole', 'refused']],
  ['multipart/mixed, application/json', ['parts', 'whole', 'refused']],
  ['Multipart/Mixed;deferSpec=20220824, application/json', ['parts', 'whole', 'refused']],
  ['multipart/mixed', ['parts', 'parts', 'refused']],
  ['multipart/mixed, text/event-stream', ['parts', 'events', 'events']],
  ['multipart/mixed;q=0.5, text/event-stream', ['events', 'events', 'events']],
  ['multipart/mixed, */*', ['parts', 'whole', 'events']],
  ['text/event-stream', ['events', 'events', 'events']],
  ['text/event-stream, application/json;q=0.5', ['events', 'events', 'events']],
  ['text/event-stream;q=0.5, application/json', ['whole', 'whole', 'events']],
  ['text/event-stream;q=0, application/json', ['whole', 'whole', 'refused']],
  ['text/event-stream ; q=0.000, */*', ['whole', 'whole', 'refused']],
  [
    'application/json;q=0, application/graphql-response+json;q=0, text/event-stream',
    ['events', 'events', 'events'],
  ],
  ['image/png', null],
  ['text/html, application/json;q=0', null],
  ['*/*;q=0', null],
] as const)(
  'whoever accepts %j gets answers in parts, whole ones and subscriptions as %j',
  (header, forms) => {
    expect(goingOut(header)).toEqual(forms)
  },
)

test('no more than fifty types are read, and ten parameters of each', () => {
  const after = (count: number) => `${'image/png,'.repeat(count)}application/json`
  expect([goingOut(after(49)), goingOut(after(50))]).toEqual([['whole', 'whole', 'refused'], null])
  const asLast = (count: number) => `application/json${';a=b'.repeat(count)};q=0`
  expect([goingOut(asLast(8)), goingOut(asLast(9))]).toEqual([null, ['whole', 'whole', 'refused']])
})

test('of the types of JSON the one that is liked best is told', () => {
  expect(
    [
      'application/json',
      'application/json;q=0.9, application/graphql-response+json;q=0.3',
      '*/*',
      'multipart/mixed',
    ].map((header) => acceptedBy(header)?.json),
  ).toEqual(['application/json', 'application/json', '*/*', 'application/graphql-response+json'])
})
