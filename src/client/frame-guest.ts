import {
  connectIn,
  type FarWindow,
  type FrameMessage,
  isPort,
  type Port,
  pageMessageIn,
} from './frame-messages.ts'
import { checkedOrigin } from './origin.ts'
import { TesseraError } from './tessera-error.ts'

/** The window of the frame, as much of it as is used. */
export interface FrameWindow {
  readonly parent: FarWindow
  addEventListener(name: 'message', listener: (event: FrameEvent) => void): void
  removeEventListener(name: 'message', listener: (event: FrameEvent) => void): void
}

export interface FrameEvent {
  readonly data: unknown
  readonly origin: string
  readonly source: unknown
  readonly ports: readonly unknown[]
}

export type Attributes = Readonly<Record<string, string>>

export interface PageAround {
  /** Tells what the page wants to be shown: what it has said already, and whatever it says later. */
  listen(listener: (attributes: Attributes) => void): void
  /** @throws TesseraError with the page's code, or TOKEN_UNAVAILABLE */
  getToken(options: { readonly signal: AbortSignal }): Promise<string>
  tellHeight(height: number): void
  tellEvent(name: string, detail: unknown): void
}

const firstPauseMs = 100
const longestPauseMs = 5000

/**
 * The page around a frame. Only a document of `parent`, in the window that the frame stands in, is heard, and only the
 * first that answers: a later one could be anybody who got hold of that window.
 */
export function connectPageAround(window: FrameWindow, parent: string): Promise<PageAround> {
  const origin = checkedOrigin(parent)
  const visit = crypto.randomUUID()
  return new Promise((resolve) => {
    const hear = ({ data, origin: from, source, ports }: FrameEvent): void => {
      if (from !== origin || source !== window.parent || connectIn(data)?.visit !== visit) return
      const [port] = ports
      if (!isPort(port)) return
      stop()
      window.removeEventListener('message', hear)
      resolve(pageBehind(port))
    }
    window.addEventListener('message', hear)
    const stop = repeat(() => window.parent.postMessage({ type: 'tessera:ready', visit }, origin))
  })
}

interface Waiting {
  readonly resolve: (token: string) => void
  readonly reject: (error: TesseraError) => void
}

function pageBehind(port: Port): PageAround {
  const waiting = new Map<number, Waiting>()
  let count = 0
  let last: string | null = null
  let attributes: Attributes | null = null
  let tell: (given: Attributes) => void = () => {}

  port.onmessage = ({ data }) => {
    const message = pageMessageIn(data)
    if (message?.type === 'attributes') {
      attributes = message.attributes
      tell(attributes)
    }
    if (message?.type !== 'token') return
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('code' in message) return asked?.reject(new TesseraError(message.code, message.message))
    if (asked !== undefined) last = message.token
    asked?.resolve(message.token)
  }

  const say = (message: FrameMessage) => port.postMessage(message)
  return {
    listen: (listener) => {
      tell = listener
      if (attributes !== null) listener(attributes)
    },
    getToken: ({ signal }) =>
      new Promise((resolve, reject) => {
        count += 1
        const id = count
        waiting.set(id, { resolve, reject })
        signal.addEventListener('abort', () => waiting.delete(id), { once: true })
        say({ type: 'token', id, instead: last })
      }),
    tellHeight: (height) => say({ type: 'height', height }),
    tellEvent: (name, detail) => say({ type: 'event', name, detail }),
  }
}

/** The page may be slower than its frame. */
function repeat(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  const again = (pauseMs: number) => {
    work()
    timer = setTimeout(() => again(Math.min(pauseMs * 2, longestPauseMs)), pauseMs)
  }
  again(firstPauseMs)
  return () => {
    if (timer !== null) clearTimeout(timer)
  }
}
