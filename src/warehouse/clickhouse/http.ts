import { randomUUID } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import { addAbortSignal } from 'node:stream'
import type { Logger } from '../../log.ts'
import { createBreaker } from '../breaker.ts'
import type { Parameter } from '../statement.ts'
import { addressesOf } from './address.ts'
import { bytesOf, type Engine, pingText, readBody } from './engine.ts'
import { createFailover } from './failover.ts'
import { unusableAnswer } from './failure.ts'
import { createKiller } from './killer.ts'
import { type Node, type NodeRequest, openNode, type Unreached } from './node.ts'
import type { ClickHouseSource } from './source.ts'

export interface HttpOptions {
  readonly source: ClickHouseSource
  readonly lookup?: LookupFunction
  /** For each address. */
  readonly connections: number
  /** How many streams of rows there may be beside them. */
  readonly streams: number
  readonly log: Logger
}

const lookTimeoutMs = 1_000
const avoidMs = 5_000

/** The server answers when it has the whole answer, so an exception has a status of its own. */
const wholeAnswer = { wait_end_of_query: '1', http_write_exception_in_output_format: '0' }
/** Compressed, since it is large; and an exception breaks it off, where some versions would make a row of it. */
const answerInParts = { enable_http_compression: '1', http_write_exception_in_output_format: '0' }

export function openHttpEngine({ source, lookup, connections, streams, log }: HttpOptions): Engine {
  const sockets = { query: connections, stream: streams, control: 2 }
  const nodes = addressesOf(source).map((address) =>
    openNode(address, { ...source.tls, ...(lookup && { lookup }) }, sockets),
  )
  const failover = createFailover(nodes, { avoidMs })
  const look = once(() => pingNow(AbortSignal.timeout(lookTimeoutMs)).then(ignore, ignore))
  const breaker = createBreaker({ name: source.name, log, look })
  const killer = createKiller(log)

  /** The body of one answer of any node. */
  async function reach(request: NodeRequest, signal: AbortSignal, onAsk: (node: Node) => void) {
    const asking = failover.reach((node) => {
      onAsk(node)
      return node.ask(request, signal)
    })
    const outcome = await asking.catch((error: unknown) => {
      if (!signal.aborted) breaker.answered()
      throw error
    })
    if (outcome.reached) {
      breaker.answered()
      return outcome.body
    }
    doubt(request, outcome)
    throw outcome.failure
  }

  /** A statement may break its own connection, or the server that it was sent to: whether one is there is another's to say. */
  function doubt({ lane }: NodeRequest, { gaveUpWaiting, mayHaveRun, failure }: Unreached): void {
    if (gaveUpWaiting) return
    if (lane === 'control' || !mayHaveRun) breaker.missed(failure)
    else void look()
  }

  async function* stream(text: string, parameters: readonly Parameter[], signal: AbortSignal) {
    const queryId = randomUUID()
    const request = { text, parameters, queryId, lane: 'stream', settings: answerInParts } as const
    let asked: Node | null = null
    let runs = false
    try {
      await breaker.pass(signal)
      const body = await reach(request, signal, (node) => {
        asked = node
      })
      runs = true
      for await (const chunk of addAbortSignal(signal, body)) yield bytesOf(chunk)
      runs = false
    } finally {
      if ((runs || signal.aborted) && asked !== null) killer.kill(asked, queryId)
    }
  }

  async function send(text: string, parameters: readonly Parameter[], signal: AbortSignal): Promise<string> {
    const queryId = randomUUID()
    const request = { text, parameters, queryId, lane: 'query', settings: wholeAnswer } as const
    let asked: Node | null = null
    const onAbort = () => asked !== null && killer.kill(asked, queryId)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await breaker.pass(signal)
      const body = await reach(request, signal, (node) => {
        asked = node
      })
      return await readBody(body, signal)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async function ping(signal: AbortSignal): Promise<string> {
    await breaker.pass(signal)
    return await pingNow(signal)
  }

  /** One that takes too long is a miss: unlike a guest's statement it costs the server nothing. */
  async function pingNow(signal: AbortSignal): Promise<string> {
    const queryId = randomUUID()
    const request = {
      text: pingText,
      parameters: [],
      queryId,
      lane: 'control',
      settings: wholeAnswer,
    } as const
    try {
      return await readBody(await reach(request, signal, ignore), signal)
    } catch (error) {
      if (signal.aborted) breaker.missed(unusableAnswer('No answer came in time.'))
      throw error
    }
  }

  async function close(): Promise<void> {
    await killer.close()
    await Promise.all(nodes.map((node) => node.close()))
  }

  return Object.freeze({ send, stream, ping, close })
}

/** Whoever asks while it is under way waits for the same. */
function once(work: () => Promise<void>): () => Promise<void> {
  let working: Promise<void> | null = null
  return () => {
    working ??= work().finally(() => {
      working = null
    })
    return working
  }
}

function ignore(): void {}
