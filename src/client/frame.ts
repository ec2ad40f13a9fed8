import {
  type FarWindow,
  frameMessageIn,
  isPort,
  type PageMessage,
  type Port,
  readyIn,
  tokenError,
} from './frame-messages.ts'
import { checkedOrigin } from './origin.ts'
import type { TokenSource } from './tokens.ts'

/** An `<iframe>`, as much of it as is used. */
export interface FrameElement {
  readonly contentWindow: FarWindow | null
  readonly style: { height: string }
}

export interface FrameOptions {
  /** Of the API, whose `/embed/frame?parent=…` the frame shows. */
  readonly origin: string
  readonly tokens: TokenSource
  /** Those of the element in the frame: `{ dashboard: 'departures', theme: 'dark' }`. With `widget`, that one alone. */
  readonly attributes: Readonly<Record<string, string>>
  /** In place of making the frame as high as what it shows. */
  readonly onHeight?: (height: number) => void
  /** The events of the element: `tessera-ready`, `tessera-error`, `tessera-control-change`. */
  readonly onEvent?: (name: string, detail: unknown) => void
}

export interface FrameConnection {
  /** Changes what the frame shows. */
  show(attributes: Readonly<Record<string, string>>): void
  /** Ends the connection; the frame gets no further token. */
  close(): void
}

interface PageEvents {
  addEventListener(name: 'message', listener: (event: PageEvent) => void): void
  removeEventListener(name: 'message', listener: (event: PageEvent) => void): void
}

interface PageEvent {
  readonly data: unknown
  readonly origin: string
  readonly source: unknown
}

/**
 * Gives a frame of the API its tokens. The frame says that it is there; it is answered with one end of a channel, which
 * only a document of `origin` in this very frame can receive. Tokens go through that channel alone, and a frame that is
 * loaded anew gets a new one.
 * @throws TypeError where `origin` is not one
 */
export function connectTesseraFrame(frame: FrameElement, options: FrameOptions): FrameConnection {
  const origin = checkedOrigin(options.origin)
  const page = thisPage()
  let { attributes } = options
  let connected: { readonly port: Port; readonly visit: string } | null = null

  function hear({ data, origin: from, source }: PageEvent): void {
    if (from !== origin || source === null || source !== frame.contentWindow) return
    const ready = readyIn(data)
    if (ready === null || ready.visit === connected?.visit) return
    connected?.port.close()
    const { near, far } = openChannel()
    connected = { port: near, visit: ready.visit }
    near.onmessage = (event) => answer(near, event.data)
    frame.contentWindow?.postMessage({ type: 'tessera:connect', visit: ready.visit }, origin, [far])
    say(near, { type: 'attributes', attributes })
  }

  function answer(port: Port, data: unknown): void {
    const message = frameMessageIn(data)
    if (message?.type === 'token') void giveToken(port, message.id, message.instead)
    if (message?.type === 'height') {
      if (options.onHeight !== undefined) options.onHeight(message.height)
      else frame.style.height = `${message.height}px`
    }
    if (message?.type === 'event') options.onEvent?.(message.name, message.detail)
  }

  async function giveToken(port: Port, id: number, instead: string | null): Promise<void> {
    const { tokens } = options
    if (instead !== null) tokens.refused(instead)
    try {
      say(port, { type: 'token', id, token: await tokens.get() })
    } catch (error) {
      say(port, { type: 'token', id, ...tokenError(error) })
    }
  }

  page.addEventListener('message', hear)
  return {
    show: (shown) => {
      attributes = shown
      if (connected !== null) say(connected.port, { type: 'attributes', attributes })
    },
    close: () => {
      page.removeEventListener('message', hear)
      connected?.port.close()
      connected = null
    },
  }
}

function say(port: Port, message: PageMessage): void {
  port.postMessage(message)
}

function openChannel(): { readonly near: Port; readonly far: unknown } {
  const { port1, port2 } = new MessageChannel()
  return { near: checkedPort(port1), far: port2 }
}

/** Pages and Node have the same channel and other types for it. */
function checkedPort(port: unknown): Port {
  if (isPort(port)) return port
  throw new TypeError('Here is no MessageChannel.')
}

function thisPage(): PageEvents {
  const page: unknown = globalThis
  if (isPage(page)) return page
  throw new TypeError('A frame is connected in a page.')
}

function isPage(page: unknown): page is PageEvents {
  return typeof page === 'object' && page !== null && 'addEventListener' in page
}
