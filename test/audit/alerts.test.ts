import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/access/networks.ts'
import type { Alert } from '../../src/audit/alerts/alert.ts'
import { createAlerts } from '../../src/audit/alerts/alerts.ts'
import { openAlerts } from '../../src/audit/alerts/open.ts'
import { post } from '../../src/audit/alerts/post.ts'
import { createWebhook, type Webhook, type WebhookOptions } from '../../src/audit/alerts/webhook.ts'
import type { AuditEvent } from '../../src/audit/events.ts'
import { collectGarbage } from '../support/garbage.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { silent } from '../support/tokens.ts'

const environment = { organizationId: 'o', environmentId: 'e' }
const thresholds = { refusalsPerMinute: 3, networksPerHour: 3, tokenSeconds: 3_600 }
const start = Date.UTC(2001, 0, 1)

function rules(over: Partial<typeof thresholds> = {}) {
  const alerts: Alert[] = []
  const clock = { now: start }
  const { observe, seen } = createAlerts({
    thresholds: { ...thresholds, ...over },
    deliver: (alert) => alerts.push(alert),
    now: () => clock.now,
  })
  return { alerts, clock, observe, seen }
}

function refusal(facts: Partial<AuditEvent> = {}): AuditEvent {
  return { kind: 'credential.refused', outcome: 'REFUSED', reason: 'token_expired', environment, ...facts }
}

const about = ({ rule, about, count }: Alert) => ({ rule, about, count })

describe('repeated refusals', () => {
  it('from one address make one alert, which says what happened', () => {
    const { alerts, observe } = rules()
    const event = refusal({ address: '192.0.2.1', tenantId: 'acme', tokenId: 't', requestId: 'r' })
    for (let request = 0; request < 10; request += 1) observe(event)
    expect(alerts).toEqual([
      {
        id: expect.stringMatching(/^alert_[\da-f]{32}$/),
        rule: 'refusals_repeated',
        at: new Date(start),
        environment,
        about: { address: '192.0.2.1' },
        count: 3,
        threshold: 3,
        withinSeconds: 60,
        last: {
          kind: 'credential.refused',
          reason: 'token_expired',
          tenantId: 'acme',
          requestId: 'r',
          address: '192.0.2.1',
        },
      },
    ])
  })

  it('of whatever kind and environment count together for an address, and with one API key for the key', () => {
    const { alerts, observe } = rules()
    const other = { organizationId: 'o', environmentId: 'other' }
    observe(refusal({ address: '192.0.2.1', environment: null }))
    observe(refusal({ address: '192.0.2.1', environment: other, kind: 'origin.refused' }))
    observe(refusal({ address: '192.0.2.1', kind: 'permission.refused' }))
    for (const address of ['192.0.2.2', '192.0.2.3', '192.0.2.4'])
      observe(refusal({ address, apiKeyId: 'k' }))
    expect(alerts.map(about)).toEqual([
      { rule: 'refusals_repeated', about: { address: '192.0.2.1' }, count: 3 },
      { rule: 'refusals_repeated', about: { apiKeyId: 'k' }, count: 3 },
    ])
  })

  it('from the addresses that one host of IPv6 has count together', () => {
    const { alerts, observe } = rules()
    for (const end of ['1', '2', 'a:b:c:d']) observe(refusal({ address: `2001:db8:0:1::${end}` }))
    expect(alerts.map(about)).toEqual([
      { rule: 'refusals_repeated', about: { address: '2001:db8:0:1::/64' }, count: 3 },
    ])
  })

  it('from callers whose addresses are not known count together', () => {
    const { alerts, observe } = rules()
    for (let request = 0; request < 3; request += 1) observe(refusal({ address: null }))
    expect(alerts.map(about)).toEqual([
      { rule: 'refusals_repeated', about: { address: 'unknown' }, count: 3 },
    ])
  })

  it('that are spread over time, over addresses, or are no refusals of credentials make none', () => {
    const { alerts, clock, observe } = rules()
    for (let minute = 0; minute < 10; minute += 1) {
      clock.now = start + minute * 60_000
      observe(refusal({ address: '192.0.2.1' }))
      observe(refusal({ address: '192.0.2.1' }))
      observe(refusal({ address: '192.0.2.2', kind: 'rate.limited' }))
      observe({ ...refusal({ address: '192.0.2.2' }), kind: 'token.revoked', outcome: 'SUCCEEDED' })
    }
    for (let host = 0; host < 255; host += 1) observe(refusal({ address: `198.51.100.${host}` }))
    expect(alerts).toEqual([])
  })

  it('that go on make another alert in the next ten minutes, with another id', () => {
    const { alerts, clock, observe } = rules()
    for (let second = 0; second < 1_200; second += 1) {
      clock.now = start + second * 1000
      observe(refusal({ address: '192.0.2.1' }))
    }
    expect(alerts.map(({ at }) => at.getTime() - start)).toEqual([2_000, 602_000])
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2)
  })

  it('seen by two processes make alerts of one id', () => {
    const [one, two] = [rules(), rules()]
    for (const { observe } of [one, two])
      for (let request = 0; request < 3; request += 1) observe(refusal({ address: '192.0.2.1' }))
    expect(one.alerts.map(({ id }) => id)).toEqual(two.alerts.map(({ id }) => id))
  })
})

describe('the other rules', () => {
  it('tell of a wall that had to refuse at once', () => {
    const { alerts, observe } = rules()
    const violation = {
      ...refusal({ tenantId: 'acme' }),
      kind: 'policy.violated',
      reason: 'engine_refused',
    } as const
    observe(violation)
    observe(violation)
    expect(alerts.map(about)).toEqual([
      { rule: 'wall_violated', about: { wall: 'engine_refused' }, count: 1 },
    ])
  })

  it('tell of a token that is minted for unusually long', () => {
    const { alerts, observe } = rules()
    const minted = (lifetimeSeconds: number): AuditEvent => ({
      ...{ kind: 'token.minted', outcome: 'SUCCEEDED', environment, apiKeyId: 'k' },
      detail: { lifetimeSeconds },
    })
    observe(minted(3_600))
    expect(alerts).toEqual([])
    observe(minted(3_601))
    expect(alerts.map(about)).toEqual([{ rule: 'token_long', about: { apiKeyId: 'k' }, count: 3_601 }])
  })

  it('tell of a viewer who comes from many networks within an hour', () => {
    const { alerts, clock, seen } = rules()
    const ann = { environment, tenantId: 'acme', subject: 'ann' }
    for (const address of ['192.0.2.1', '192.0.2.200', '198.51.100.1']) seen(ann, address)
    seen({ ...ann, subject: 'bob' }, '203.0.113.1')
    seen({ ...ann, subject: null }, '203.0.113.1')
    clock.now = start + 3_600_000
    seen(ann, '203.0.113.1')
    expect(alerts).toEqual([])
    for (const address of ['2001:db8::1', '198.51.100.1', '192.0.2.1']) seen(ann, address)
    expect(alerts.map(about)).toEqual([
      { rule: 'subject_networks', about: { tenantId: 'acme', subject: 'ann' }, count: 3 },
    ])
  })

  it('are off where their thresholds are 0', () => {
    const { alerts, observe, seen } = rules({ refusalsPerMinute: 0, networksPerHour: 0, tokenSeconds: 0 })
    observe(refusal({ address: '192.0.2.1' }))
    observe({ ...refusal(), kind: 'token.minted', detail: { lifetimeSeconds: 86_400 } })
    seen({ environment, tenantId: 'acme', subject: 'ann' }, '192.0.2.1')
    expect(alerts).toEqual([])
  })
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function receiver(statuses: readonly number[] = [], location?: string) {
  const opened = await startReceiver(statuses, location)
  closing.push(opened.close)
  return opened
}

const secret = randomBytes(32)
const loopback = parseNetwork('127.0.0.0/8')

function webhook(url: string, options: Partial<WebhookOptions> = {}): Webhook {
  const allowedNetworks = loopback === null ? [] : [loopback]
  const opened = createWebhook({
    url,
    secret,
    allowedNetworks,
    log: silent,
    retryAfterMs: [1, 1],
    ...options,
  })
  closing.push(opened.close)
  return opened
}

function alertOf(id: string): Alert {
  const counted = { count: 3, threshold: 3, withinSeconds: 60, last: null }
  return {
    id,
    rule: 'refusals_repeated',
    at: new Date(start),
    environment,
    about: { apiKeyId: 'k' },
    ...counted,
  }
}

function logLines() {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'warn', base: null },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const told = () => lines.map(({ level, time, ...line }) => line)
  return { log, told }
}

describe('the webhook', () => {
  it('sends an alert signed as Standard Webhooks are', async () => {
    const { received, url } = await receiver()
    webhook(url).send(alertOf('alert_1'))
    await expect.poll(() => received.length).toBe(1)
    const [{ headers, body } = { headers: {}, body: '' }] = received
    expect(JSON.parse(body)).toEqual({
      type: 'alert.refusals_repeated',
      timestamp: '2001-01-01T00:00:00.000Z',
      data: {
        ...{ id: 'alert_1', rule: 'refusals_repeated', ...environment, about: { apiKeyId: 'k' } },
        ...{ count: 3, threshold: 3, withinSeconds: 60, last: null },
      },
    })
    const timestamp = String(headers['webhook-timestamp'])
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
    const signed = createHmac('sha256', secret).update(`alert_1.${timestamp}.${body}`).digest('base64')
    expect([headers['webhook-id'], headers['webhook-signature'], headers['content-type']]).toEqual([
      'alert_1',
      `v1,${signed}`,
      'application/json',
    ])
  })

  it('is believed by what docs/alerts.md says, and by nothing else of it', async () => {
    const documented = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8')
    const [, code = ''] = /```js\n(.*?)```/s.exec(documented) ?? []
    const { isFromTessera } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
    const { received, url } = await receiver()
    webhook(url).send(alertOf('alert_1'))
    await expect.poll(() => received.length).toBe(1)
    const [{ headers, body } = { headers: {}, body: '' }] = received
    const text = `whsec_${secret.toString('base64')}`
    const timestamp = String(Number(headers['webhook-timestamp']) - 301)
    const signed = createHmac('sha256', secret).update(`alert_1.${timestamp}.${body}`).digest('base64')
    const old = { ...headers, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signed}` }
    expect([
      isFromTessera(headers, body, text),
      isFromTessera(headers, `${body} `, text),
      isFromTessera({ ...headers, 'webhook-id': 'alert_2' }, body, text),
      isFromTessera(old, body, text),
      isFromTessera(headers, body, randomBytes(32).toString('base64')),
    ]).toEqual([true, false, false, false, false])
  })

  it('sends it again, the same, until it is taken', async () => {
    const { received, url } = await receiver([500, 302], 'http://127.0.0.1:1/')
    webhook(url).send(alertOf('alert_1'))
    await expect.poll(() => received.length).toBe(3)
    expect(received.map(idOf)).toEqual(['alert_1', 'alert_1', 'alert_1'])
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  })

  it.each([
    ['after it was tried for long enough', [500, 500, 500]],
    ['no sooner where the answer is another protocol', [101, 101, 101]],
    ['no sooner where the receiver is busy', [408, 429, 429]],
    ['at once where the receiver wants no more', [410]],
    ['at once where it refuses the message', [400]],
  ])('gives one up %s', async (_, statuses) => {
    const { received, url } = await receiver(statuses)
    const { log, told } = logLines()
    const hook = webhook(url, { log })
    hook.send(alertOf('alert_1'))
    await expect.poll(() => told().length).toBe(statuses.length + 1)
    hook.send(alertOf('alert_2'))
    await expect.poll(() => received.map(idOf)).toEqual([...statuses.map(() => 'alert_1'), 'alert_2'])
    expect(told()).toEqual([
      ...statuses.map((outcome) => ({ alert: 'alert_1', outcome, msg: 'an alert could not be sent' })),
      { alert: 'alert_1', msg: 'an alert was given up' },
    ])
  })

  it('sends the others while one waits to be sent again', async () => {
    const { received, url } = await receiver([500])
    const hook = webhook(url, { retryAfterMs: [3_600_000] })
    hook.send(alertOf('alert_1'))
    await expect.poll(() => received.length).toBe(1)
    hook.send(alertOf('alert_2'))
    hook.send(alertOf('alert_3'))
    await expect.poll(() => received.map(idOf)).toEqual(['alert_1', 'alert_2', 'alert_3'])
  })

  it('sends first what a wall had to refuse, and drops it for no other alert', async () => {
    const { received, url } = await receiver()
    const hook = webhook(url, { queueSize: 3 })
    // The first is under way already.
    for (const id of ['alert_1', 'alert_2', 'alert_3', 'alert_4']) hook.send(alertOf(id))
    for (const id of ['wall_1', 'wall_2', 'wall_3']) hook.send({ ...alertOf(id), rule: 'wall_violated' })
    await expect.poll(() => received.length).toBe(3)
    hook.send(alertOf('alert_5'))
    await expect
      .poll(() => received.map(idAndDropped))
      .toEqual([
        ['alert_1', undefined],
        // Two others went for the walls, one had no room before, and the third wall had none among walls.
        ['wall_1', 4],
        ['wall_2', undefined],
        ['alert_5', undefined],
      ])
  })

  it('keeps so many waiting, and says how many more there were until it is heard', async () => {
    const { received, url } = await receiver([500, 400])
    const { log, told } = logLines()
    const hook = webhook(url, { log, queueSize: 2, retryAfterMs: [3_600_000] })
    for (const id of ['alert_1', 'alert_2', 'alert_3', 'alert_4']) hook.send(alertOf(id))
    await expect.poll(() => told().at(-1)).toEqual({ alert: 'alert_2', msg: 'an alert was given up' })
    for (const id of ['alert_5', 'alert_6']) {
      hook.send(alertOf(id))
      await expect.poll(() => received.map(idOf).at(-1)).toBe(id)
    }
    expect(received.map(idAndDropped)).toEqual([
      ['alert_1', undefined],
      ['alert_2', 2],
      ['alert_5', 2],
      ['alert_6', undefined],
    ])
    const tooMany = { dropped: 2, msg: 'alerts were not sent: too many were waiting' }
    expect(told().filter(({ msg }) => msg === tooMany.msg)).toEqual([tooMany, tooMany])
  })

  it('calls no address that is not public, unless it is configured, and says nothing of the URL', async () => {
    const { received, url } = await receiver()
    const { log, told } = logLines()
    webhook(`${url}?secret=hush`, { log, allowedNetworks: [], retryAfterMs: [] }).send(alertOf('alert_1'))
    await expect.poll(() => told().length).toBe(2)
    expect(received).toEqual([])
    expect(told()).toEqual([
      { alert: 'alert_1', outcome: 'not reachable', msg: 'an alert could not be sent' },
      { alert: 'alert_1', msg: 'an alert was given up' },
    ])
  })

  it('calls another address of its name where the first does not answer', async () => {
    const { received, url } = await receiver()
    const { port } = new URL(url)
    const status = await post(`http://two.example:${port}/hook`, {
      ...{ body: '{}', headers: {}, signal: new AbortController().signal, timeoutMs: 10_000 },
      allowedNetworks: loopback === null ? [] : [loopback],
      resolve: async () => ['127.0.0.9', '127.0.0.1'],
    })
    expect([status, received.map(({ body }) => body)]).toEqual([204, ['{}']])
  })

  it('gives up a receiver that takes a message and is silent, whatever is collected meanwhile', async () => {
    const { received, url } = await receiver([0])
    const { log, told } = logLines()
    const hook = webhook(url, { log, timeoutMs: 200 })
    hook.send(alertOf('alert_1'))
    await expect.poll(() => received.length, { interval: 5 }).toBe(1)
    collectGarbage()
    await expect.poll(() => received.map(idOf)).toEqual(['alert_1', 'alert_1'])
    expect(told()).toEqual([{ alert: 'alert_1', outcome: 'ABORT_ERR', msg: 'an alert could not be sent' }])
  })

  it('ends at once, and says what was waiting', async () => {
    const { received, url } = await receiver([500, 500])
    const { log, told } = logLines()
    const hook = webhook(url, { log, retryAfterMs: [3_600_000] })
    for (const id of ['alert_1', 'alert_2']) hook.send(alertOf(id))
    await expect.poll(() => received.length).toBe(2)
    await hook.close()
    expect(told().at(-1)).toEqual({ dropped: 2, msg: 'alerts were not sent: the process ended' })
  })
  it.each([
    ['http://10.0.0.1/hook?secret=hush', 'The host has no address that may be called.'],
    ['http://93.184.216.34/hook?secret=hush', 'It is not https.'],
  ])('that can never be called is told of at the start: %s', async (url, reason) => {
    const { log, told } = logLines()
    const alerts = openAlerts({ thresholds, url, secret, allowedNetworks: [] }, log)
    closing.push(alerts.close)
    await expect
      .poll(told)
      .toEqual([{ reason, msg: 'TESSERA_ALERT_WEBHOOK_URL: alerts cannot be sent there' }])
  })
})

function idOf({ headers }: Received): unknown {
  return headers['webhook-id']
}

/** With how many before it were dropped. */
function idAndDropped({ headers, body }: Received): readonly unknown[] {
  return [headers['webhook-id'], JSON.parse(body).data.droppedBefore]
}
