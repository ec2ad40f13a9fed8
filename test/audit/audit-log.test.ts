import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { refusalOf, refused } from '../../src/access/refusal.ts'
import { type AuditLog, createAuditLog } from '../../src/audit/audit-log.ts'
import { type AuditEvent, credentialRefused } from '../../src/audit/events.ts'
import { sweepAuditEvents } from '../../src/audit/retention.ts'
import { createSampler } from '../../src/audit/sampling.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { Store } from '../../src/store/store.ts'
import { auditEvents } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'

const store = await openTestStore()
const opened: AuditLog[] = []
afterEach(async () => {
  for (const audit of opened.splice(0)) await audit.close()
})
afterAll(() => store.close())

type Environment = Awaited<ReturnType<typeof newEnvironment>>

function newEnvironment() {
  return ensureEnvironment(store, { organization: randomBytes(8).toString('hex'), environment: 'test' })
}

/** With a tick that never comes, unless it is given. */
function openAudit(over: Store, options: Parameters<typeof createAuditLog>[2] = {}, log = silent): AuditLog {
  const audit = createAuditLog(over, log, { everyMs: 3_600_000, ...options })
  opened.push(audit)
  return audit
}

function minted(environment: Environment, tokenId: string): AuditEvent {
  return { kind: 'token.minted', outcome: 'SUCCEEDED', environment, tenantId: 'ATL', tokenId }
}

async function storedTokenIds(environment: Environment): Promise<(string | null)[]> {
  const rows = await store.transaction(environment, (transaction) => transaction.select().from(auditEvents))
  return rows.map(({ tokenId }) => tokenId).sort()
}

async function storedCounts(environment: Environment): Promise<(readonly [string | null, number])[]> {
  const rows = await store.transaction(environment, (transaction) =>
    transaction.select().from(auditEvents).orderBy(auditEvents.tokenId, auditEvents.tenantId),
  )
  return rows.map(({ tokenId, count }) => [tokenId, count] as const)
}

/** A store that can be switched off, and counts its transactions. */
function switchable() {
  const state = { out: false, transactions: 0 }
  const refuse = () => Promise.reject(new Error('the store is out'))
  const over: Store = {
    ...store,
    transaction: (identity, work) => {
      state.transactions += 1
      return state.out ? refuse() : store.transaction(identity, work)
    },
    ping: () => (state.out ? refuse() : store.ping()),
  }
  return { state, over }
}

function logLines() {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'warn', base: null },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  return { log, lines }
}

describe('the audit log', () => {
  it('stores an event as it was recorded', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    const ids = { apiKeyId: randomUUID(), tokenId: 'token-1', requestId: 'request-1', address: '192.0.2.1' }
    const detail = { version: 3 }
    audit.record({
      ...{ kind: 'model.applied', outcome: 'SUCCEEDED', environment, reason: null },
      ...{ tenantId: 'ATL', subject: 'ann', ...ids, detail },
    } as const)
    await audit.flush()
    const rows = await store.transaction(environment, (transaction) => transaction.select().from(auditEvents))
    expect(rows).toEqual([
      {
        ...environment,
        ...ids,
        id: expect.any(String),
        at: expect.any(Date),
        kind: 'model.applied',
        outcome: 'SUCCEEDED',
        reason: null,
        tenantId: 'ATL',
        subject: 'ann',
        count: 1,
        detail,
      },
    ])
  })

  it('stores by itself after a while', async () => {
    const environment = await newEnvironment()
    openAudit(store, { everyMs: 10 }).record(minted(environment, 'a'))
    await expect.poll(() => storedTokenIds(environment)).toEqual(['a'])
  })

  it('stores by itself as soon as a batch is full, in one statement', async () => {
    const environment = await newEnvironment()
    const { state, over } = switchable()
    const audit = openAudit(over, { batchSize: 20 })
    for (let index = 0; index < 20; index += 1) audit.record(minted(environment, `token ${index}`))
    await expect.poll(async () => (await storedTokenIds(environment)).length).toBe(20)
    expect(state.transactions).toBe(1)
  })

  it('keeps the events of environments apart', async () => {
    const [one, two] = [await newEnvironment(), await newEnvironment()]
    const audit = openAudit(store)
    audit.record(minted(one, 'a'))
    audit.record(minted(two, 'b'))
    audit.record(minted(one, 'c'))
    await audit.flush()
    expect(await storedTokenIds(one)).toEqual(['a', 'c'])
    expect(await storedTokenIds(two)).toEqual(['b'])
  })

  it('stores what is waiting when it is closed', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    audit.record(minted(environment, 'a'))
    await audit.close()
    expect(await storedTokenIds(environment)).toEqual(['a'])
  })

  it('keeps events through an outage of the store, each once', async () => {
    const environment = await newEnvironment()
    const { state, over } = switchable()
    const audit = openAudit(over, { everyMs: 10 })
    state.out = true
    audit.record(minted(environment, 'a'))
    await sleep(40)
    audit.record(minted(environment, 'b'))
    state.out = false
    await expect.poll(() => storedTokenIds(environment)).toEqual(['a', 'b'])
  })

  it('stores an event once whose answer was lost', async () => {
    const environment = await newEnvironment()
    const state = { losing: true }
    const over: Store = {
      ...store,
      transaction: async (identity, work) => {
        const answer = await store.transaction(identity, work)
        if (state.losing) throw new Error('connection lost')
        return answer
      },
      ping: () => Promise.reject(new Error('connection lost')),
    }
    const audit = openAudit(over)
    audit.record(minted(environment, 'a'))
    await audit.flush()
    state.losing = false
    await audit.flush()
    expect(await storedTokenIds(environment)).toEqual(['a'])
  })

  it('bounds what waits in an outage, and stores how many more there were', async () => {
    const environment = await newEnvironment()
    const { state, over } = switchable()
    const { log, lines } = logLines()
    const audit = openAudit(over, { bufferSize: 3 }, log)
    state.out = true
    for (const id of ['a', 'b', 'c', 'd', 'e']) audit.record(minted(environment, id))
    await audit.flush()
    state.out = false
    await audit.flush()
    expect(await storedCounts(environment)).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
      [null, 2],
    ])
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the audit buffer is full; further events are only counted',
      'audit events cannot be stored',
    ])
  })

  it('does not let an event that the store refuses hold up the others', async () => {
    const environment = await newEnvironment()
    const { log, lines } = logLines()
    const audit = openAudit(store, {}, log)
    for (const id of ['a', 'b\0', 'c']) audit.record(minted(environment, id))
    await audit.flush()
    expect(await storedTokenIds(environment)).toEqual(['a', 'c'])
    expect(lines.at(-1)).toMatchObject({ dropped: { 'token.minted': 1 } })
  })

  it('tells of what it could not store when it is closed in an outage', async () => {
    const { state, over } = switchable()
    const { log, lines } = logLines()
    const audit = openAudit(over, {}, log)
    state.out = true
    audit.record(minted(await newEnvironment(), 'a'))
    await audit.close()
    expect(lines.at(-1)).toMatchObject({
      msg: 'audit events were not stored',
      dropped: { 'token.minted': 1 },
    })
  })
})

describe('a flood of refusals', () => {
  const refusal = (environment: AuditEvent['environment'], from: number): AuditEvent => ({
    ...{ kind: 'permission.refused', outcome: 'REFUSED', environment, reason: 'FORBIDDEN' },
    ...{ tenantId: `tenant-${from}`, subject: `viewer-${from}`, address: `192.0.2.${from % 256}` },
  })

  it('is counted exactly, and told in full ten times of each sort', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    for (let index = 0; index < 50_000; index += 1) audit.record(refusal(environment, index % 4))
    await audit.flush()
    const rows = await store.transaction(environment, (transaction) =>
      transaction.select().from(auditEvents).orderBy(auditEvents.tenantId, auditEvents.count),
    )
    const sum = (list: typeof rows) => list.reduce((total, { count }) => total + count, 0)
    expect([rows.length, sum(rows)]).toEqual([44, 50_000])
    expect(rows.slice(0, 11).map(({ tenantId, subject, count }) => [tenantId, subject, count])).toEqual([
      ...Array.from({ length: 10 }, () => ['tenant-0', 'viewer-0', 1]),
      ['tenant-0', null, 12_490],
    ])
  })

  it('takes no more rows than there are sorts, whatever is varied, and loses none of the count', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    for (let index = 0; index < 50_000; index += 1) audit.record(refusal(environment, index))
    await audit.flush()
    const rows = await store.transaction(environment, (transaction) => transaction.select().from(auditEvents))
    expect(rows.length).toBe(1_011)
    expect(rows.reduce((total, { count }) => total + count, 0)).toBe(50_000)
    expect(rows.filter(({ tenantId }) => tenantId === null).map(({ count }) => count)).toEqual([48_990])
  })

  it('of one environment leaves two hundred tenants of each of fifty others to be told apart', () => {
    const { admits, drain } = createSampler()
    const flood = (environmentId: string, tenants: number) => {
      for (let index = 0; index < tenants * 11; index += 1) {
        admits(refusal({ organizationId: 'o', environmentId }, index % tenants))
      }
    }
    flood('flooded', 1_010)
    for (let index = 0; index < 50; index += 1) flood(`other ${index}`, index % 49 === 0 ? 210 : 1)
    const counted = drain()
    const toldApart = (environmentId: string) =>
      counted.filter(
        ({ environment, tenantId }) => environment?.environmentId === environmentId && tenantId !== null,
      )
    expect(toldApart('flooded')).toHaveLength(1_000)
    expect(toldApart('other 0').map(({ tenantId, count }) => [tenantId, count])).toEqual(
      Array.from({ length: 200 }, (_, index) => [`tenant-${index}`, 1]),
    )
    expect([toldApart('other 48').length, toldApart('other 49').length]).toEqual([1, 0])
    // Ten of each sort were told in full; those of no tenant are one sort of each environment.
    const sorts = 1_001 + 201 + 48 + 1
    expect(counted.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(
      11 * (1_010 + 210 + 48 + 210) - 10 * sorts,
    )
  })

  it('makes as few lines of the log, also where nobody was proven', async () => {
    const lines: Record<string, unknown>[] = []
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
    const audit = openAudit(store, {}, log)
    for (let index = 0; index < 1_000; index += 1) {
      const address = `192.0.2.${index % 256}`
      audit.record(
        credentialRefused({ reason: 'signature_invalid', proven: null }, { requestId: `${index}`, address }),
      )
    }
    await audit.flush()
    expect(lines.map(({ audit: event }) => Object(event).count ?? 1)).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      990,
    ])
  })

  it('of one sort does not keep what succeeds from being told', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    for (let index = 0; index < 100; index += 1) audit.record(refusal(environment, 1))
    for (const id of ['a', 'b']) audit.record(minted(environment, id))
    await audit.flush()
    expect((await storedTokenIds(environment)).filter((id) => id !== null)).toEqual(['a', 'b'])
  })

  it('that goes on after it was told is counted on, sort by sort', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    const record = (reason: string, times: number) => {
      for (let index = 0; index < times; index += 1) audit.record({ ...refusal(environment, 1), reason })
    }
    record('FORBIDDEN', 100)
    await audit.flush()
    record('FORBIDDEN', 30)
    record('NOT_FOUND', 40)
    await audit.flush()
    const counted = (await storedCounts(environment)).map(([, count]) => count)
    expect(counted.filter((count) => count > 1).toSorted((a, b) => a - b)).toEqual([20, 30, 90])
    expect(counted.filter((count) => count === 1)).toHaveLength(30)
  })

  it('that was counted is stored when it is closed', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store)
    for (let index = 0; index < 100; index += 1) audit.record(refusal(environment, 1))
    await audit.close()
    expect((await storedCounts(environment)).map(([, count]) => count)).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      90,
    ])
  })

  it('that was counted is told by itself after a while', async () => {
    const environment = await newEnvironment()
    const audit = openAudit(store, { everyMs: 10, countEveryMs: 20 })
    for (let index = 0; index < 100; index += 1) audit.record(refusal(environment, 1))
    await expect
      .poll(async () => (await storedCounts(environment)).reduce((total, [, count]) => total + count, 0))
      .toBe(100)
  })
})

describe('what is older than what is kept', () => {
  it('goes by itself, in steps, and nothing else', async () => {
    const environment = await newEnvironment()
    const at = (days: number) => new Date(Date.now() - days * 86_400_000)
    await store.transaction(environment, async (transaction) => {
      for (const [id, days] of [
        ['a', 1],
        ['b', 29],
        ['c', 31],
        ['d', 32],
        ['e', 33],
      ] as const) {
        const row = { ...environment, id: randomUUID(), kind: 'test', outcome: 'SUCCEEDED', tokenId: id }
        await transaction.insert(auditEvents).values({ ...row, at: at(days) })
      }
    })
    const sweep = sweepAuditEvents({ store, log: silent, retentionDays: 30, batchSize: 2 })
    await expect.poll(() => storedTokenIds(environment)).toEqual(['a', 'b'])
    await sweep.close()
  })
})

describe('a refused credential', () => {
  const origin = { requestId: 'request-1', address: '192.0.2.1' }

  it('becomes an event of the environment that was proven', () => {
    const proven = { organizationId: 'o', environmentId: 'e', tenantId: 'ATL', tokenId: 't' }
    const refusal = refusalOf(refused('token_expired', proven))
    if (refusal === null) throw new Error('not a refusal')
    expect(credentialRefused(refusal, origin)).toEqual({
      kind: 'credential.refused',
      outcome: 'REFUSED',
      reason: 'token_expired',
      environment: { organizationId: 'o', environmentId: 'e' },
      tenantId: 'ATL',
      tokenId: 't',
      ...origin,
    })
  })

  it('of nobody known is a log line and needs no store', async () => {
    const { state, over } = switchable()
    const lines: Record<string, unknown>[] = []
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
    const audit = openAudit(over, {}, log)
    audit.record(credentialRefused({ reason: 'signature_invalid', proven: null }, origin))
    await audit.flush()
    expect(state.transactions).toBe(0)
    expect(lines.map(({ msg, audit: event }) => ({ msg, event }))).toEqual([
      {
        msg: 'credential.refused',
        event: {
          kind: 'credential.refused',
          outcome: 'REFUSED',
          reason: 'signature_invalid',
          environment: null,
          ...origin,
        },
      },
    ])
  })
})
