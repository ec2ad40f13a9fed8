import { Agent, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { listAt, objectAt, parseJson, textAt, valueAt } from './json.ts'

/** An answer of the server, whatever it was. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** The answer's `data`; null where there is none or where every field of it is null. */
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors: readonly unknown[]
  /** Of the first error. */
  readonly code: string | null
}

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  readonly body?: string
}

export interface AskOptions {
  readonly method?: 'GET' | 'POST'
  readonly headers?: OutgoingHttpHeaders
  /** Takes a refusal for the rate as the answer instead of waiting for its end. */
  readonly impatient?: boolean
}

export interface Client {
  readonly url: string
  /** One operation with one credential; null sends none. */
  ask(
    credential: string | null,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: AskOptions,
  ): Promise<Reply>
  /** Any request at all. */
  send(sent: Sent): Promise<Reply>
  /** How many requests were sent so far. */
  sent(): number
  close(): void
}

/** The time is over; what was not asked yet is not asked any more. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime'
}

const requestTimeoutMs = 60_000
const rateRefusalsMax = 5
const waitMaxSeconds = 65
/** A server that answers with more than that is not asked politely. */
const answerMaxBytes = 64_000_000

/** `deadline` is an instant in milliseconds since 1970: nothing is sent after it. */
export function createClient(url: string, deadline: number): Client {
  const endpoint = endpointOf(url)
  const isSecure = endpoint.protocol === 'https:'
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  let sentCount = 0

  function send({ method, path, headers, body }: Sent): Promise<Reply> {
    const left = deadline - Date.now()
    if (left <= 0) return Promise.reject(new OutOfTime('The time is over.'))
    sentCount += 1
    const signal = AbortSignal.timeout(Math.min(left, requestTimeoutMs))
    return new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(Date.now() >= deadline ? new OutOfTime('The time is over.', { cause: error }) : error)
      const make = isSecure ? requestHttps : requestHttp
      const request = make(new URL(path, endpoint), { method, headers, agent, signal }, (response) => {
        const chunks: Buffer[] = []
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > answerMaxBytes) request.destroy(new Error('The answer is larger than 64 MB.'))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve(replyOf(response.statusCode ?? 0, response.headers, text))
        })
      })
      request.on('error', fail)
      request.end(body)
    })
  }

  async function sendPatiently(sent: Sent): Promise<Reply> {
    for (let refusals = 0; ; refusals += 1) {
      const reply = await send(sent)
      const seconds = secondsToWait(reply)
      if (seconds === null || refusals >= rateRefusalsMax || seconds > waitMaxSeconds) return reply
      if (Date.now() + seconds * 1000 > deadline) throw new OutOfTime('The time is over.')
      await sleep(seconds * 1000)
    }
  }

  function ask(
    credential: string | null,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    { method = 'POST', headers = {}, impatient = false }: AskOptions = {},
  ): Promise<Reply> {
    const sent = operation(endpoint, { credential, query, variables, method, headers })
    return impatient ? send(sent) : sendPatiently(sent)
  }

  return { url: endpoint.origin, ask, send, sent: () => sentCount, close: () => agent.destroy() }
}

function operation(
  endpoint: URL,
  asked: {
    readonly credential: string | null
    readonly query: string
    readonly variables: Readonly<Record<string, unknown>>
    readonly method: 'GET' | 'POST'
    readonly headers: OutgoingHttpHeaders
  },
): Sent {
  const { credential, query, variables, method } = asked
  const headers = {
    accept: 'application/json',
    ...(credential !== null && { authorization: `Bearer ${credential}` }),
    ...asked.headers,
  }
  if (method === 'GET') {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
    return { method, path: `${endpoint.pathname}?${parameters}`, headers }
  }
  const body = JSON.stringify({ query, variables })
  return {
    method,
    path: endpoint.pathname,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  }
}

function replyOf(status: number, headers: Reply['headers'], text: string): Reply {
  const json = parseJson(text)
  const data = objectAt(json, 'data')
  const errors = listAt(json, 'errors')
  const isEmpty = data === null || Object.values(data).every((member) => member === null)
  // Null without an error is an answer: what was asked for is not there.
  return {
    status,
    headers,
    text,
    data: isEmpty && errors.length > 0 ? null : data,
    errors,
    code: textAt(errors[0], 'extensions', 'code'),
  }
}

/** Null where the answer is no refusal for the rate. */
function secondsToWait({ status, headers, code, errors }: Reply): number | null {
  if (status !== 429 && code !== 'RATE_LIMITED') return null
  const told = Number(headers['retry-after'] ?? valueAt(errors[0], 'extensions', 'retryAfterSeconds') ?? 1)
  return Number.isFinite(told) && told > 0 ? told : 1
}

function endpointOf(url: string): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL('/graphql', url)
  throw new Error(`--url: expected an address such as http://127.0.0.1:4000, not ${JSON.stringify(url)}.`)
}
