import { afterEach, describe, expect, it } from 'vitest'
import { createTesseraClient } from '../../src/client/client.ts'
import { eventsOf } from '../../src/client/events.ts'
import { TesseraError } from '../../src/client/tessera-error.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import { waitMs } from '../../src/client/waiting.ts'
import { caught } from '../support/caught.ts'
import { type Answering, answerJson, type SmallServer, startSmallServer } from '../support/small-server.ts'

const servers: SmallServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function clientOf(answering: Answering, getToken = () => 'a.b.c') {
  const server = await startSmallServer(answering)
  servers.push(server)
  return { server, client: createTesseraClient({ url: server.url, tokens: tokenFrom({ getToken }) }) }
}

const events = { 'content-type': 'text/event-stream; charset=utf-8' }
const complete = 'event: complete\ndata:\n\n'

function next(payload: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${JSON.stringify(payload)}\n\n`
}

const refusal = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] }

async function all(items: AsyncIterable<{ readonly data: unknown }>): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for await (const { data } of items) found.push(data)
  return found
}

describe('a subscription', () => {
  it('yields its events, errors of fields included, until it is complete', async () => {
    const errors = [{ message: 'No.', path: ['w', 'data'], extensions: { code: 'QUERY_TIMEOUT' } }]
    const { client } = await clientOf((response) => {
      response.writeHead(200, events)
      const second = next({ data: { w: null }, errors }, '2')
      response.end(`:\n\n${next({ data: { w: 1 } }, '1')}:\n\n${second}${complete}`)
    })
    const found: unknown[] = []
    for await (const { data, errors } of client.subscribe('subscription { w }', {})) {
      found.push([data, errors.map(({ code }) => code)])
    }
    expect(found).toEqual([
      [{ w: 1 }, []],
      [{ w: null }, ['QUERY_TIMEOUT']],
    ])
  })

  it('that breaks comes back with the id of what it saw last', async () => {
    const { client, server } = await clientOf((response, _, count) => {
      if (count === 1) return response.destroy()
      response.writeHead(200, events)
      if (count === 0) response.write(next({ data: { w: 1 } }, 'x-1'), () => response.destroy())
      else response.end(`${next({ data: { w: 2 } }, 'x-2')}${complete}`)
    })
    expect(await all(client.subscribe('subscription { w }', {}))).toEqual([{ w: 1 }, { w: 2 }])
    expect(server.asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'x-1', 'x-1'])
  })

  it('whose token ends goes on with the next one', async () => {
    const tokens = ['first', 'second']
    const { client, server } = await clientOf(
      (response, _, count) => {
        response.writeHead(200, events)
        if (count === 0) response.end(`${next({ data: { w: 1 } }, '1')}${next(refusal)}${complete}`)
        else response.end(`${next({ data: { w: 2 } })}${complete}`)
      },
      () => tokens.shift() ?? 'none',
    )
    expect(await all(client.subscribe('subscription { w }', {}))).toEqual([{ w: 1 }, { w: 2 }])
    expect(server.asked.map(({ headers }) => [headers.authorization, headers['last-event-id']])).toEqual([
      ['Bearer first', undefined],
      ['Bearer second', '1'],
    ])
  })

  it.each([
    ['by its status', (response: Parameters<Answering>[0]) => answerJson(response, refusal, 401)],
    [
      'by its first event',
      (response: Parameters<Answering>[0]) => {
        response.writeHead(200, events).end(`${next(refusal)}${complete}`)
      },
    ],
  ])('whose next token is refused as well, %s, is over', async (_, answering) => {
    let count = 0
    const { client, server } = await clientOf(answering, () => {
      count += 1
      return `token-${count}`
    })
    expect(await caught(all(client.subscribe('subscription { w }', {})))).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'No.',
    })
    expect(server.asked).toHaveLength(2)
  })

  it('goes on after an event that could not be answered', async () => {
    const error = { message: 'Too slow.', path: ['w'], extensions: { code: 'QUERY_TIMEOUT' } }
    const { client, server } = await clientOf((response) => {
      response.writeHead(200, events)
      response.end(`${next({ data: null, errors: [error] })}${next({ data: { w: 2 } })}${complete}`)
    })
    expect(await all(client.subscribe('subscription { w }', {}))).toEqual([null, { w: 2 }])
    expect(server.asked).toHaveLength(1)
  })

  it('throws what the server ends it with', async () => {
    const error = { message: 'It is gone.', extensions: { code: 'NOT_FOUND' } }
    const { client, server } = await clientOf((response) => {
      response.writeHead(200, events)
      response.end(`${next({ data: { w: 1 } })}${next({ data: null, errors: [error] })}${complete}`)
    })
    expect(await caught(all(client.subscribe('subscription { w }', {})))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'It is gone.',
    })
    expect(server.asked).toHaveLength(1)
  })

  it('that is refused for what it asks does not come back', async () => {
    const error = { message: 'Not here.', extensions: { code: 'NOT_FOUND' } }
    const { client, server } = await clientOf((response) => answerJson(response, { errors: [error] }))
    expect(await caught(all(client.subscribe('subscription { w }', {})))).toMatchObject({ code: 'NOT_FOUND' })
    expect(server.asked).toHaveLength(1)
  })

  it('ends without an error, and its connection with it, when it is aborted', async () => {
    const closed: Promise<unknown>[] = []
    const { client } = await clientOf((response) => {
      closed.push(new Promise((resolve) => response.once('close', () => resolve('closed'))))
      response.writeHead(200, events)
      response.write(next({ data: { w: 1 } }))
    })
    const controller = new AbortController()
    const found: unknown[] = []
    for await (const { data } of client.subscribe('subscription { w }', {}, controller)) {
      found.push(data)
      controller.abort()
    }
    expect([found, await closed[0]]).toEqual([[{ w: 1 }], 'closed'])
  })

  it('that waits to come back ends at once when it is aborted', async () => {
    const { client, server } = await clientOf((response) => {
      const error = { message: 'Too many.', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 3600 } }
      answerJson(response, { errors: [error] }, 429)
    })
    const controller = new AbortController()
    const reading = all(client.subscribe('subscription { w }', {}, controller))
    while (server.asked.length === 0) await new Promise(setImmediate)
    controller.abort()
    expect(await reading).toEqual([])
  })
})

describe('a connection', () => {
  it('that says nothing for too long is given up; a heartbeat is enough to keep it', async () => {
    const { server } = await clientOf((response) => {
      response.writeHead(200, events)
      response.write(next({ data: 1 }))
      const heartbeat = setInterval(() => response.write(':\n\n'), 50)
      setTimeout(() => {
        response.write(next({ data: 2 }))
        clearInterval(heartbeat)
      }, 1000)
    })
    const { body } = await fetch(server.url, { method: 'POST' })
    const found: string[] = []
    const reading = async () => {
      if (body === null) return
      for await (const { data } of eventsOf(body, 500)) found.push(data)
    }
    expect(await caught(reading())).toMatchObject({ code: 'NETWORK', message: 'The server fell silent.' })
    expect(found).toEqual(['{"data":1}', '{"data":2}'])
  })
})

describe('the wait before coming back', () => {
  const broken = new TesseraError('NETWORK', '')

  it('doubles up to half a minute and is scattered over its upper half', () => {
    const waits = (random: number) => [1, 2, 3, 7, 8, 50].map((failures) => waitMs(failures, broken, random))
    expect(waits(1)).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000])
    expect(waits(0)).toEqual([250, 500, 1000, 15_000, 15_000, 15_000])
  })

  it('is never shorter than the server wants', () => {
    const limited = new TesseraError('RATE_LIMITED', '', { retryAfterSeconds: 60 })
    expect([waitMs(1, limited, 0), waitMs(50, limited, 1)]).toEqual([60_250, 90_000])
  })

  it('is never longer than a timer can hold, whatever the server wants', () => {
    const distant = new TesseraError('RATE_LIMITED', '', { retryAfterSeconds: 9e6 })
    expect(waitMs(1, distant, 1)).toBe(600_500)
  })
})
