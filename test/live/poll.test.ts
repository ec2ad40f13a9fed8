import pLimit from 'p-limit'
import { expect, test, vi } from 'vitest'
import { TesseraError } from '../../src/errors.ts'
import type { Outcome } from '../../src/graphql/live.ts'
import { createPoll, type Member } from '../../src/live/poll.ts'
import { createSharedPolls, tenantKey } from '../../src/live/shared-polls.ts'

const poll = () => createPoll({ key: 'figure', everyMs: 3_600_000, onIdle: () => undefined })

/** Members of one poll, of which each may ask one thing at a time. */
function people() {
  const asked: string[] = []
  function person(name: string) {
    const limit = pLimit(1)
    let told = (_: Outcome) => {}
    const outcome = new Promise<Outcome>((resolve) => {
      told = resolve
    })
    const member: Member = {
      ask: async () => {
        asked.push(name)
        return { model: 1, answer: { kind: 'failure', error: new TesseraError('QUERY_TIMEOUT') } }
      },
      turns: { isFree: () => limit.activeCount + limit.pendingCount === 0, inTurn: (run) => limit(run) },
      tell: told,
      end: () => undefined,
    }
    /** Returns how to let the turn go, which waits until whoever was in line had it. */
    const keepBusy = () => {
      let letGo = () => {}
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      void limit(() => held)
      return async () => {
        letGo()
        await limit(async () => undefined)
      }
    }
    return { member, outcome, keepBusy }
  }
  return { asked, person }
}

test('a question is asked as one who has a turn, whoever else waits for hers', async () => {
  const { asked, person } = people()
  const [busy, free] = [person('busy'), person('free')]
  busy.keepBusy()
  const shared = poll()
  shared.join(busy.member)
  shared.join(free.member)
  expect(await Promise.all([busy.outcome, free.outcome])).toMatchObject([
    { kind: 'failure', model: 1 },
    { kind: 'failure', model: 1 },
  ])
  expect(asked).toEqual(['free'])
})

test('where nobody has a turn it is asked as the first to have one, and as nobody who has left', async () => {
  const { asked, person } = people()
  const [first, second, third] = [person('first'), person('second'), person('third')]
  const letGo = [first, second, third].map(({ keepBusy }) => keepBusy())
  const shared = poll()
  const memberships = [first, second, third].map(({ member }) => shared.join(member))
  memberships[0]?.leave()
  await letGo[0]?.()
  expect(asked).toEqual([])
  await letGo[2]?.()
  expect(await second.outcome).toMatchObject({ kind: 'failure', model: 1 })
  await letGo[1]?.()
  expect(asked).toEqual(['third'])
})

test('one who joins while it is asked again and all others are busy has it asked at once', async () => {
  const { asked, person } = people()
  const [busy, free] = [person('busy'), person('free')]
  const shared = poll()
  shared.join(busy.member)
  await busy.outcome
  busy.keepBusy()
  shared.renew()
  shared.join(free.member)
  await free.outcome
  expect(asked).toEqual(['busy', 'free'])
})

test('a line that takes no one more is what the watchers are told', async () => {
  const { asked, person } = people()
  const { member, outcome } = person('refused')
  const refusal = new TesseraError('RATE_LIMITED', { expected: 'fewer that wait', retryAfterSeconds: 1 })
  const turns = { isFree: () => false, inTurn: () => Promise.reject(refusal) }
  poll().join({ ...member, turns })
  expect(await outcome).toMatchObject({ kind: 'failure', error: refusal })
  expect(asked).toEqual([])
})

test('what changes of one tenant has nobody else asked again, however often', async () => {
  const { asked, person } = people()
  const polls = createSharedPolls(1)
  const outcomes = ['acme', 'globex'].map((name) => {
    const { member, outcome } = person(name)
    const tenant = tenantKey('e', name)
    polls.join({ key: name, environment: 'o/e', tenant, everyMs: 3_600_000 }, member)
    return outcome
  })
  await Promise.all(outcomes)
  for (let change = 0; change < 20; change += 1) {
    polls.renewOf(new Set([tenantKey('e', 'acme'), tenantKey('other', 'globex')]))
  }
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(2), 5_000)
  // And those many changes are one more question.
  expect(asked).toEqual(['acme', 'globex', 'acme'])
})
