import { afterEach, expect, test, vi } from 'vitest'
import { followChanges } from '../../src/access/change-feed.ts'
import { silent } from '../support/tokens.ts'

afterEach(() => vi.useRealTimers())

/** A feed that reads when it is told, and what each of its readings was asked for. */
async function follow() {
  const all: boolean[] = []
  let notice: (payload: string | null) => void = () => undefined
  const stop = await followChanges({
    ...{ log: silent, channel: 'tenants', what: 'tenants', everyMs: 3_600_000 },
    store: {
      listen: async (_, onNotice) => {
        notice = onNotice
      },
    },
    read: async (isAll) => void all.push(isAll),
  })
  const told = async (payload: string | null) => {
    notice(payload)
    await settled()
  }
  return { all, told, stop }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what changed is read at a notice, and all at first and after notices were lost', async () => {
  const { all, told, stop } = await follow()
  await told('')
  await told(null)
  await told('')
  await stop()
  expect(all).toEqual([true, false, true, false])
})

test('all is read after the machine slept, when only the clock on the wall went on', async () => {
  const { all, told, stop } = await follow()
  await told('')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 180_000 })
  await told('')
  await told('')
  await stop()
  expect(all).toEqual([true, false, true, false])
})

test('nothing is read once it was stopped', async () => {
  const { all, told, stop } = await follow()
  await stop()
  await told('')
  expect(all).toEqual([true])
})
