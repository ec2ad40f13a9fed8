import { expect, test } from 'vitest'
import { createStreamPlaces, type StreamOwner } from '../../src/warehouse/stream-places.ts'
import { caught } from '../support/caught.ts'

const owner = (tenant: string, token = tenant): StreamOwner => ({ tenant, token })
const { signal } = new AbortController()
const refused = {
  code: 'RATE_LIMITED',
  message: 'Too many requests. Expected fewer files of rows at a time.',
  details: { expected: 'fewer files of rows at a time', retryAfterSeconds: 10 },
}

test('a token gets a quarter of the places, a tenant half, and all of them together no more than there are', async () => {
  const places = createStreamPlaces(8, 1)
  const take = (...of: [string, string?]) => places.take(owner(...of), signal)
  const first = await take('one', 'a')
  await take('one', 'a')
  expect(await caught(take('one', 'a'))).toMatchObject(refused)
  await take('one', 'b')
  await take('one', 'c')
  expect(await caught(take('one', 'd'))).toMatchObject(refused)
  await Promise.all([take('two'), take('two'), take('three'), take('three')])
  expect(await caught(take('four'))).toMatchObject(refused)
  first()
  first()
  await take('four')
  expect(await caught(take('five'))).toMatchObject(refused)
})

test('who waits gets the first place that is free for her, past those for whom it is not', async () => {
  const places = createStreamPlaces(4, 60_000)
  const gone = new AbortController()
  const order: string[] = []
  const [one, , two] = [
    await places.take(owner('one', 'a'), signal),
    await places.take(owner('one', 'b'), signal),
    await places.take(owner('two'), signal),
    await places.take(owner('three'), signal),
  ]
  const left = places.take(owner('four'), gone.signal)
  const wait = (name: string, of: StreamOwner) =>
    places.take(of, signal).then(() => {
      order.push(name)
    })
  const third = wait('of the same tenant', owner('one', 'c'))
  const fifth = wait('of another', owner('five'))
  gone.abort(new Error('The client has gone.'))
  await expect(left).rejects.toThrow('The client has gone.')
  two()
  await fifth
  one()
  await third
  expect(order).toEqual(['of another', 'of the same tenant'])
})
