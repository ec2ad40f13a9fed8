import { afterEach, describe, expect, it } from 'vitest'
import { connectTesseraFrame, type FrameConnection, type FrameOptions } from '../../src/client/frame.ts'
import { connectPageAround, type FrameEvent } from '../../src/client/frame-guest.ts'
import { TesseraError } from '../../src/client/tessera-error.ts'
import type { TokenSource } from '../../src/client/tokens.ts'
import { caught } from '../support/caught.ts'

const host = 'https://app.example.com'
const api = 'https://analytics.example.com'

/** Posted to a window: who said it, and which origin may hear it. */
interface Posted {
  readonly data: unknown
  readonly target: string
  readonly ports: readonly unknown[]
}

/** A window of a page, which Node has none of: what is posted to it arrives if it shows the origin that is named. */
function openWindow(origin: string) {
  const posted: Posted[] = []
  const listeners = new Set<(event: FrameEvent) => void>()
  const hear = (event: FrameEvent) => {
    for (const listener of listeners) listener(event)
  }
  return {
    posted,
    hear,
    addEventListener: (_: string, listener: (event: FrameEvent) => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: (event: FrameEvent) => void) =>
      void listeners.delete(listener),
    /** The end of this window that another one holds. */
    from: (source: () => { readonly origin: string; readonly source: unknown }) => ({
      postMessage: (data: unknown, target: string, ports: readonly unknown[] = []) => {
        posted.push({ data, target, ports })
        if (target === origin) queueMicrotask(() => hear({ data, ports, ...source() }))
      },
    }),
  }
}

/** A page of `host` with a frame of `api` in it. */
function openPage(frameOrigin = api) {
  const page = openWindow(host)
  const inside = openWindow(frameOrigin)
  const parent = page.from(() => ({ origin: frameOrigin, source: contentWindow }))
  const contentWindow = inside.from(() => ({ origin: host, source: parent }))
  Object.assign(globalThis, {
    addEventListener: page.addEventListener,
    removeEventListener: page.removeEventListener,
  })
  const frame = { contentWindow, style: { height: '' } }
  return { page, frame, inside, guest: { ...inside, parent } }
}

const connections: FrameConnection[] = []
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close()
  Reflect.deleteProperty(globalThis, 'addEventListener')
  Reflect.deleteProperty(globalThis, 'removeEventListener')
})

function connect(frame: Parameters<typeof connectTesseraFrame>[0], options: Partial<FrameOptions> = {}) {
  const connection = connectTesseraFrame(frame, {
    origin: api,
    tokens: counted(),
    attributes: {},
    ...options,
  })
  connections.push(connection)
  return connection
}

/** Hands out token-1, and the next one once that was refused. */
function counted(): TokenSource & { readonly refusals: string[] } {
  const refusals: string[] = []
  return {
    refusals,
    get: async () => `token-${refusals.length + 1}`,
    refused: (token) => void refusals.push(token),
    expiresAt: null,
  }
}

const { signal } = new AbortController()

describe('a frame and its page', () => {
  it('meet whoever of them is first, and the token goes through their channel alone', async () => {
    const { frame, guest, page, inside } = openPage()
    const meeting = connectPageAround(guest, host)
    connect(frame)
    const around = await meeting
    expect(await around.getToken({ signal })).toBe('token-1')
    expect(JSON.stringify([page.posted, inside.posted])).not.toContain('token-1')
    expect(inside.posted.map(({ target, ports }) => [target, ports.length])).toEqual([[api, 1]])
    expect(new Set(page.posted.map(({ target }) => target))).toEqual(new Set([host]))
  })

  it('give another token in place of one that was given', async () => {
    const { frame, guest } = openPage()
    const tokens = counted()
    connect(frame, { tokens })
    const around = await connectPageAround(guest, host)
    await around.getToken({ signal })
    expect([await around.getToken({ signal }), tokens.refusals]).toEqual(['token-2', ['token-1']])
  })

  it('tell why there is no token, by code', async () => {
    const { frame, guest } = openPage()
    const error = new TesseraError('UNAUTHENTICATED', 'The session has ended.')
    const tokens = { ...counted(), get: () => Promise.reject(error) }
    connect(frame, { tokens })
    const around = await connectPageAround(guest, host)
    expect(await caught(around.getToken({ signal }))).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The session has ended.',
    })
  })

  it('agree on what is shown and how high it is', async () => {
    const { frame, guest } = openPage()
    const connection = connect(frame, { attributes: { dashboard: 'departures' } })
    const around = await connectPageAround(guest, host)
    const shown: unknown[] = []
    const second = new Promise((resolve) => {
      around.listen((attributes) => {
        shown.push(attributes)
        if (shown.length === 2) resolve(null)
      })
    })
    connection.show({ dashboard: 'delays', theme: 'dark' })
    await second
    expect(shown).toEqual([{ dashboard: 'departures' }, { dashboard: 'delays', theme: 'dark' }])
    around.tellHeight(Number.NaN)
    around.tellHeight(1e9)
    around.tellHeight(731)
    await around.getToken({ signal })
    expect(frame.style.height).toBe('731px')
  })
})

const visit = 'f2b1c8a0-0000-4000-8000-000000000000'

describe('a page', () => {
  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of an origin that begins the same', { origin: `${api}.evil.example` }],
    ['from another window', { source: {} }],
    ['from no window', { source: null }],
    ['that is no greeting', { data: { type: 'tessera:ready' } }],
    ['with a visit that is none', { data: { type: 'tessera:ready', visit: 7 } }],
  ])('does not answer what comes %s', (_, wrong) => {
    const { page, frame, inside } = openPage()
    connect(frame)
    const data = { type: 'tessera:ready', visit }
    page.hear({ data, origin: api, source: frame.contentWindow, ports: [], ...wrong })
    expect(inside.posted).toEqual([])
    page.hear({ data, origin: api, source: frame.contentWindow, ports: [] })
    expect(inside.posted).toHaveLength(1)
  })

  it('answers the same greeting once, and a frame that was loaded anew again', () => {
    const { page, frame, inside } = openPage()
    connect(frame)
    const greet = (one: string) =>
      page.hear({
        data: { type: 'tessera:ready', visit: one },
        origin: api,
        source: frame.contentWindow,
        ports: [],
      })
    greet(visit)
    greet(visit)
    expect(inside.posted).toHaveLength(1)
    greet(visit.replace('f2', 'a0'))
    expect(inside.posted).toHaveLength(2)
  })

  it('gives nothing to a frame that shows another origin by then', async () => {
    const { page, frame, inside } = openPage('https://evil.example')
    connect(frame)
    const heard: unknown[] = []
    inside.addEventListener('message', ({ data }) => heard.push(data))
    page.hear({
      data: { type: 'tessera:ready', visit },
      origin: api,
      source: frame.contentWindow,
      ports: [],
    })
    await new Promise(setImmediate)
    expect(heard).toEqual([])
  })

  it('answers nobody once its connection is closed', () => {
    const { page, frame, inside } = openPage()
    connect(frame).close()
    page.hear({
      data: { type: 'tessera:ready', visit },
      origin: api,
      source: frame.contentWindow,
      ports: [],
    })
    expect(inside.posted).toEqual([])
  })

  it.each(['*', '', 'null', 'analytics.example.com', `${api}/`, `${api}/embed`])(
    'does not connect to %j, which is no origin',
    (origin) => {
      const { frame } = openPage()
      expect(() => connect(frame, { origin })).toThrow(
        new TypeError('origin is that of an address alone, such as https://analytics.example.com'),
      )
    },
  )
})

describe('a frame', () => {
  /** What the page would send, with one thing wrong. */
  function answerTo(page: ReturnType<typeof openPage>['page'], wrong: Partial<FrameEvent>, source: unknown) {
    const [greeting] = page.posted
    const { port1, port2 } = new MessageChannel()
    const data = { ...Object(greeting?.data), type: 'tessera:connect' }
    return { port: port1, event: { data, origin: host, source, ports: [port2], ...wrong } }
  }

  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of another window', { source: {} }],
    ['for another visit', { data: { type: 'tessera:connect', visit } }],
    ['without a port', { ports: [] }],
  ])('does not take a page %s for its own', async (_, wrong) => {
    const { page, guest, frame } = openPage()
    const meeting = connectPageAround(guest, host)
    const { event, port } = answerTo(page, wrong, guest.parent)
    guest.hear(event)
    port.close()
    connect(frame)
    expect(await (await meeting).getToken({ signal })).toBe('token-1')
  })

  it('takes the first page that answers, and no later one', async () => {
    const { page, guest, frame } = openPage()
    const meeting = connectPageAround(guest, host)
    connect(frame)
    const around = await meeting
    const { event, port } = answerTo(page, {}, guest.parent)
    const heard: unknown[] = []
    port.addEventListener('message', (message) => heard.push(message))
    port.start()
    guest.hear(event)
    expect([await around.getToken({ signal }), heard]).toEqual(['token-1', []])
    port.close()
  })
})
