import { createParser } from 'eventsource-parser'

export interface ReceivedEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  /** Parsed; null where there was none. */
  readonly data: unknown
}

export interface Subscription {
  readonly status: number
  readonly headers: Headers
  /** The next event; null where the answer is over. */
  next(): Promise<ReceivedEvent | null>
  /** Whether the connection broke off before the answer was over. */
  wasCut(): boolean
  /** How many have arrived and were not taken. */
  arrived(): number
  close(): void
}

export interface SubscribeOptions {
  readonly url: string
  readonly credential: string
  readonly query: string
  readonly variables?: object
  readonly lastEventId?: string
  readonly accept?: string
}

/** A subscription of graphql-sse's distinct connections mode, event by event. */
export async function subscribe(options: SubscribeOptions): Promise<Subscription> {
  const { url, credential, query, variables, lastEventId, accept = 'text/event-stream' } = options
  const leaving = new AbortController()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      authorization: `Bearer ${credential}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  })
  const events: (ReceivedEvent | null)[] = []
  let wake = () => {}
  const receive = (event: ReceivedEvent | null) => {
    events.push(event)
    wake()
  }
  let wasCut = false
  read(response, receive)
    .catch(() => {
      wasCut = true
    })
    .finally(() => receive(null))
  return {
    status: response.status,
    headers: response.headers,
    wasCut: () => wasCut,
    arrived: () => events.length,
    next: async () => {
      while (events.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return events.shift() ?? null
    },
    close: () => leaving.abort(),
  }
}

async function read(response: Response, receive: (event: ReceivedEvent) => void): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event, data }) => receive({ id, event, data: data === '' ? null : JSON.parse(data) }),
  })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
}

/** What the first event of an answer holds, after which it is left. */
export async function firstEvent(response: Response): Promise<string> {
  let text = ''
  const parser = createParser({ onEvent: ({ data }) => (text ||= data) })
  for await (const chunk of response.body ?? []) {
    parser.feed(Buffer.from(chunk).toString('utf8'))
    if (text !== '') break
  }
  return text
}
