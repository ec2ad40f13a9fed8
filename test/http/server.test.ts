import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { Handler } from '../../src/http/app.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'

let server: RunningServer | null = null

afterEach(async () => {
  await server?.close(0)
})

function start(handler: Handler): Promise<RunningServer> {
  return startServer({ host: '127.0.0.1', port: 0, handler })
}

/** Resolves once a request has come that is not answered yet. */
async function startAndAsk() {
  let onAsked: (response: ServerResponse) => void = () => {}
  const asked = new Promise<ServerResponse>((resolve) => {
    onAsked = resolve
  })
  server = await start((_, response) => onAsked(response))
  const answer = fetch(server.url).then((response) => response.text())
  answer.catch(() => {})
  return { running: server, answer, response: await asked }
}

describe('a server that is closed', () => {
  test('finishes what is in flight and takes no more', async () => {
    const { running, answer, response } = await startAndAsk()
    const closed = running.close(10_000)
    await expect(fetch(running.url)).rejects.toThrow('fetch failed')
    response.end('whole')
    expect(await answer).toBe('whole')
    await closed
  })

  test('ends what takes longer than the grace time', async () => {
    const { running, answer, response } = await startAndAsk()
    const ended = once(response, 'close')
    await running.close(50)
    await expect(answer).rejects.toThrow('fetch failed')
    await ended
  })
})

describe('a server', () => {
  test('says where it listens, and fails where it can not', async () => {
    server = await start((_, response) => response.end())
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const port = Number(new URL(server.url).port)
    await expect(startServer({ host: '127.0.0.1', port, handler: () => {} })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
