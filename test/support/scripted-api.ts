import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import { type Asked, answerJson, type SmallServer, startSmallServer } from './small-server.ts'

const requestSchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) })

/** A request for the figures of widgets, answered in parts as a test says. */
export interface DataRequest {
  /** By the widgets' ids. */
  readonly widgets: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
  /** Whether the page has ended it. */
  readonly isAborted: () => boolean
  part(id: string, data: object): void
  fail(id: string, code: string): void
  end(): void
}

/** An API at the other end of the page's requests that says what a test wants, when it wants. */
export interface ScriptedApi {
  readonly url: string
  /** What the token endpoint answers with. */
  token: { status: number; body: object }
  /** What is asked beside the figures of widgets, by the name of the operation. */
  answers: Record<string, (variables: Readonly<Record<string, unknown>>) => object>
  readonly asked: SmallServer['asked']
  /** The next request for figures that was not looked at. */
  nextData(): Promise<DataRequest>
  /** The address of a page with this in its body. */
  page(body: string, lang?: string): string
  close(): Promise<void>
}

const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; style-src 'self'"

export async function startScriptedApi(embedFolder: string): Promise<ScriptedApi> {
  const waiting: ((request: DataRequest) => void)[] = []
  const requests: DataRequest[] = []
  const take = (request: DataRequest) => {
    const next = waiting.shift()
    if (next === undefined) requests.push(request)
    else next(request)
  }

  const api: Pick<ScriptedApi, 'token' | 'answers'> = {
    token: { status: 200, body: { token: 'aaa.bbb.ccc' } },
    answers: {},
  }

  const server = await startSmallServer((response, asked) => {
    const { pathname, searchParams } = new URL(asked.path, 'http://page.test')
    if (pathname.startsWith('/embed/')) return void script(response, join(embedFolder, pathname.slice(7)))
    if (pathname === '/token') return answerJson(response, api.token.body, api.token.status)
    if (pathname === '/graphql') return question(response, asked, api.answers, take)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
    response.end(
      `<!doctype html><html lang="${searchParams.get('lang') ?? 'en'}"><title>A page</title><script type="module" src="/embed/tessera.js"></script><body>${searchParams.get('body') ?? ''}</body></html>`,
    )
  })

  return Object.assign(api, {
    url: server.url,
    asked: server.asked,
    nextData: () => {
      const request = requests.shift()
      return request === undefined
        ? new Promise<DataRequest>((resolve) => waiting.push(resolve))
        : Promise.resolve(request)
    },
    page: (body: string, lang = 'en') => `${server.url}/?${new URLSearchParams({ body, lang })}`,
    close: server.close,
  })
}

async function script(response: ServerResponse, path: string): Promise<void> {
  const content = await readFile(path).catch(() => null)
  response.writeHead(content === null ? 404 : 200, { 'content-type': 'text/javascript; charset=utf-8' })
  response.end(content ?? '')
}

function question(
  response: ServerResponse,
  { body }: Asked,
  answers: ScriptedApi['answers'],
  take: (request: DataRequest) => void,
): void {
  const { query, variables } = requestSchema.parse(JSON.parse(body))
  const name = /^\w+ (\w+)/.exec(query)?.[1] ?? ''
  const answer = answers[name]
  if (name === 'DashboardData') take(inParts(response, variables))
  else if (answer === undefined) answerJson(response, errorOf('INTERNAL'), 500)
  else answerJson(response, answer(variables))
}

export function errorOf(code: string): object {
  return { errors: [{ message: 'A text.', extensions: { code, requestId: 'request-1' } }] }
}

function inParts(response: ServerResponse, variables: DataRequest['variables']): DataRequest {
  const aliases = new Map(
    Object.entries(variables).flatMap(([name, id]) =>
      /^w\d+$/.test(name) ? [[String(id), name] as const] : [],
    ),
  )
  let isAborted = false
  response.on('close', () => {
    isAborted = !response.writableFinished
  })
  const send = (payload: object) => {
    response.write(`\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(payload)}\r\n---`)
  }
  const aliasOf = (id: string) => aliases.get(id) ?? `nothing is asked of ${id}`
  response.writeHead(200, { 'content-type': 'multipart/mixed; boundary="-"' })
  response.write('---')
  send({ data: Object.fromEntries([...aliases].map(([id, alias]) => [alias, { id }])), hasNext: true })
  return {
    widgets: [...aliases.keys()],
    variables,
    isAborted: () => isAborted,
    part: (id, data) => send({ incremental: [{ path: [aliasOf(id)], data: { data } }], hasNext: true }),
    fail: (id, code) => {
      const path = [aliasOf(id), 'data']
      const error = { message: 'A text.', path, extensions: { code, requestId: 'request-1' } }
      send({ incremental: [{ path: [aliasOf(id)], data: null, errors: [error] }], hasNext: true })
    },
    end: () => {
      send({ hasNext: false })
      response.end('--\r\n')
    },
  }
}
