import { createTesseraClient, type TesseraClient } from '../../src/client/client.ts'
import { tokenFrom } from '../../src/client/tokens.ts'

type Variables = Readonly<Record<string, unknown>>

/** The page's client, over a connection at whose other end a test says what is answered. */
export interface ScriptedClient {
  readonly client: TesseraClient
  /** What is answered, by the name of the operation. */
  answers: Record<string, (variables: Variables) => object>
  /** The figure of a widget, by its id. */
  figure: (id: string) => object
  /** The variables of each question for figures, in their order. */
  readonly asked: readonly Variables[]
  /** The subscriptions that are open; each takes an event. */
  readonly live: ReadonlySet<(event: object) => void>
}

export function scriptedClient(answers: ScriptedClient['answers']): ScriptedClient {
  const asked: Variables[] = []
  const live = new Set<(event: object) => void>()
  const api = { answers, figure: (_id: string): object => ({}), asked, live }

  const answer = async (_: unknown, { body, signal }: RequestInit = {}): Promise<Response> => {
    signal?.throwIfAborted()
    const { query, variables } = JSON.parse(String(body))
    const name = /^\w+ (\w+)/.exec(query)?.[1] ?? ''
    if (name === 'DashboardUpdates') return events(signal ?? new AbortController().signal, live)
    if (name !== 'DashboardData') return Response.json(api.answers[name]?.(variables) ?? {})
    asked.push(variables)
    const widgets = Object.entries<string>(variables).filter(([alias]) => /^w\d+$/.test(alias))
    const data = await Promise.all(
      widgets.map(async ([alias, id]) => [alias, { id, data: await api.figure(id) }] as const),
    )
    return Response.json({ data: Object.fromEntries(data) })
  }

  const tokens = tokenFrom({ token: 'aaa.bbb.ccc' })
  return Object.assign(api, {
    client: createTesseraClient({ url: 'http://api.test', tokens, fetch: answer }),
  })
}

function events(signal: AbortSignal, live: Set<(event: object) => void>): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      const send = (event: object) => {
        stream.enqueue(new TextEncoder().encode(`event: next\ndata: ${JSON.stringify({ data: event })}\n\n`))
      }
      live.add(send)
      signal.addEventListener('abort', () => {
        live.delete(send)
        stream.error(signal.reason)
      })
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
