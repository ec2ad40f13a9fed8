import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetTokens } from '../../src/client/page-session.ts'
import { sharedTokens } from '../../src/client/shared-tokens.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import { caught } from '../support/caught.ts'
import { type Answering, answerJson, type SmallServer, startSmallServer } from '../support/small-server.ts'

const noon = Date.parse('2026-01-01T12:00:00Z')

/** The so manieth token of an hour, made now. */
function token(count: number): string {
  const iat = Date.now() / 1000
  const claims = { jti: String(count), iat, exp: iat + 3600 }
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: noon })
})
afterEach(() => {
  vi.useRealTimers()
})

function later(minutes: number): void {
  vi.setSystemTime(Date.now() + minutes * 60_000)
}

/** Asks a function that hands out one token after the other, or fails where the list has an error. */
function counting(failures: readonly number[] = []) {
  const given: string[] = []
  let count = 0
  const tokens = tokenFrom({
    getToken: async () => {
      count += 1
      if (failures.includes(count)) throw new Error('secret-token-of-the-host')
      const next = token(count)
      given.push(next)
      return next
    },
  })
  return { tokens, given, asked: () => count }
}

describe('tokens of a function', () => {
  it('are asked for once by all who wait, and kept', async () => {
    const { tokens, given, asked } = counting()
    const got = await Promise.all([tokens.get(), tokens.get(), tokens.get()])
    expect(got).toEqual([given[0], given[0], given[0]])
    later(47)
    expect(await tokens.get()).toBe(given[0])
    expect([asked(), tokens.expiresAt]).toEqual([1, new Date(noon + 3_600_000)])
  })

  it('are replaced before they end, without anyone waiting', async () => {
    const { tokens, given, asked } = counting()
    const first = await tokens.get()
    later(49)
    expect(await tokens.get()).toBe(first)
    await new Promise(setImmediate)
    expect(await tokens.get()).toBe(given[1])
    expect(asked()).toBe(2)
  })

  it('are waited for in the last seconds, and the old one serves where none comes', async () => {
    const { tokens, given } = counting([2])
    const first = await tokens.get()
    later(59.95)
    expect(await tokens.get()).toBe(first)
    later(1)
    expect(await tokens.get()).toBe(given[1])
  })

  it('that ended are never given', async () => {
    const { tokens } = counting([2])
    await tokens.get()
    later(61)
    expect(await caught(tokens.get())).toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: 'The page was asked for a token and gave none.',
    })
  })

  it('that were refused are replaced, once for all who were refused with them', async () => {
    const { tokens, given, asked } = counting()
    const first = await tokens.get()
    tokens.refused(first)
    const second = await tokens.get()
    // Another component comes late with the same refusal.
    tokens.refused(first)
    expect(await tokens.get()).toBe(second)
    expect([asked(), second]).toEqual([2, given[1]])
  })

  it('are not asked for by everyone who comes after a failure, and again a second later', async () => {
    const { tokens, given, asked } = counting([1, 2])
    const errors = [await caught(tokens.get()), await caught(tokens.get())]
    expect(errors[0]).toBe(errors[1])
    expect(asked()).toBe(1)
    vi.setSystemTime(Date.now() + 1000)
    await caught(tokens.get())
    vi.setSystemTime(Date.now() + 1000)
    await caught(tokens.get())
    expect(asked()).toBe(2)
    vi.setSystemTime(Date.now() + 1000)
    expect(await tokens.get()).toBe(given[0])
  })

  it.each([
    ['no text', null],
    ['nothing', ''],
    ['a line of its own', 'a.b.c\r\nx-admin: 1'],
    ['words', 'not a token'],
    ['too much', 'a'.repeat(16_001)],
  ])('are refused unsent and untold where they are %s', async (_, text) => {
    const tokens = tokenFrom({ getToken: async () => JSON.parse(JSON.stringify(text)) })
    expect(await caught(tokens.get())).toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: 'What the page gave as a token is none.',
    })
  })

  it('are given up by who aborts, and go on for the others', async () => {
    const { tokens, given } = counting()
    const controller = new AbortController()
    const mine = caught(tokens.get({ signal: controller.signal }))
    const other = tokens.get()
    controller.abort()
    expect(await mine).toMatchObject({ code: 'ABORTED', message: 'The request was aborted.' })
    expect(await other).toBe(given[0])
  })
})

describe('tokens of an endpoint', () => {
  const servers: SmallServer[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  async function endpoint(answering: Answering): Promise<SmallServer> {
    const server = await startSmallServer(answering)
    servers.push(server)
    return server
  }

  it('are POSTed for with the headers of the host and counted by the clock of the host', async () => {
    const server = await endpoint((response) => {
      const date = new Date(noon + 30 * 60_000).toUTCString()
      answerJson(response, { token: token(1) }, 200, { date })
    })
    const tokens = tokenFrom({ endpoint: `${server.url}/token`, headers: { 'x-csrf': 'abc' } })
    expect(await tokens.get()).toBe(token(1))
    const [asked] = server.asked
    expect([asked?.method, asked?.path, asked?.headers['x-csrf'], asked?.body]).toEqual([
      'POST',
      '/token',
      'abc',
      '{}',
    ])
    expect(tokens.expiresAt).toEqual(new Date(noon + 30 * 60_000))
  })

  it.each([401, 403])('are over where it answers %i: the page has no session', async (status) => {
    const server = await endpoint((response) => answerJson(response, { token: 'secret' }, status))
    expect(await caught(tokenFrom({ endpoint: server.url }).get())).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: `The page's session has ended: its token endpoint answered ${status}.`,
      status,
    })
  })

  it.each([
    ['500 with a page of its own', 500, '<h1>secret</h1>'],
    ['200 with a page of its own', 200, '<h1>secret</h1>'],
    ['200 with another key', 200, '{"access_token":"secret"}'],
    ['200 with no text', 200, '{"token":1}'],
  ])('are not there where it answers %s', async (_, status, body) => {
    const server = await endpoint((response) => {
      response.writeHead(status).end(body)
    })
    expect(await caught(tokenFrom({ endpoint: server.url }).get())).toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: `The token endpoint answered ${status} without a token; expected { "token": "…" } as JSON.`,
      status,
    })
  })

  it('are not there where nobody answers', async () => {
    expect(await caught(tokenFrom({ endpoint: 'http://127.0.0.1:1/?key=secret' }).get())).toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: 'The token endpoint cannot be reached.',
    })
  })

  it('are shared by all who name the same endpoint and headers, and by nobody else', async () => {
    let count = 0
    const server = await endpoint((response) => {
      count += 1
      answerJson(response, { token: token(count) })
    })
    const one = sharedTokens({ endpoint: server.url, headers: { a: '1', b: '2' } })
    const same = sharedTokens({ endpoint: `${server.url}/`, headers: { b: '2', a: '1' } })
    const other = sharedTokens({ endpoint: server.url, headers: { a: '2' } })
    await Promise.all([one.get(), same.get(), other.get()])
    expect([one === same, one === other, server.asked.length]).toEqual([true, false, 2])
    const getToken = () => 'a.b.c'
    expect(sharedTokens({ getToken })).toBe(sharedTokens({ getToken }))
    expect(sharedTokens({ getToken })).not.toBe(sharedTokens({ getToken: () => 'a.b.c' }))
  })
})

describe('tokens that were forgotten', () => {
  it('are not given again, and the next one is asked for at once, though the one before had failed', async () => {
    const { tokens, given } = counting([2])
    await tokens.get()
    forgetTokens()
    expect(tokens.expiresAt).toBe(null)
    expect(await caught(tokens.get())).toMatchObject({ code: 'TOKEN_UNAVAILABLE' })
    forgetTokens()
    expect(await tokens.get()).toBe(given[1])
  })

  it('come too late for who asked for them, and are not kept', async () => {
    const asked: ((token: string) => void)[] = []
    const tokens = tokenFrom({ getToken: () => new Promise<string>((resolve) => asked.push(resolve)) })
    const before = caught(tokens.get())
    forgetTokens()
    const after = tokens.get()
    asked[0]?.('of.the.first')
    expect(await before).toMatchObject({ code: 'ABORTED' })
    asked[1]?.('of.the.second')
    expect([await after, await tokens.get()]).toEqual(['of.the.second', 'of.the.second'])
    expect(asked).toHaveLength(2)
  })
})
