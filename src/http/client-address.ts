import type { IncomingMessage } from 'node:http'
import { type Network, parseAddress } from '../access/networks.ts'

/** Which header the trusted proxies write. Only this one is read: what they do not write, clients can. */
export const forwardedHeaders = ['x-forwarded-for', 'forwarded'] as const
export type ForwardedHeader = (typeof forwardedHeaders)[number]

export interface ProxyTrust {
  /** Empty where the server stands alone: then no header says anything. */
  readonly proxies: readonly Network[]
  readonly header: ForwardedHeader
}

export const noProxies: ProxyTrust = Object.freeze({ proxies: [], header: 'x-forwarded-for' })

/**
 * Who called: the right-most address that is no trusted proxy, read from the connection leftwards through the header.
 * Everything left of it could have been written by that caller.
 * @returns null where it can't be known: the connection is gone, or a proxy wrote something that is no address
 */
export function clientAddress(request: IncomingMessage, { proxies, header }: ProxyTrust): string | null {
  const direct = parseAddress(request.socket.remoteAddress ?? '')
  if (direct === null || proxies.length === 0) return direct
  const isProxy = (address: string) => proxies.some((network) => network.includes(address))
  let nearest = direct
  // The last header line is the last that was added.
  const text = request.headersDistinct[header]?.join(',') ?? ''
  for (const entry of entriesOf(text, header).toReversed()) {
    if (!isProxy(nearest)) return nearest
    const address = addressOf(entry)
    if (address === null) return null
    nearest = address
  }
  return nearest
}

function entriesOf(text: string, header: ForwardedHeader): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  if (text.trim() === '') return []
  return header === 'forwarded' ? entries.map(forOf) : entries
}

/** The `for` of one element of RFC 7239, without its quotes; empty where there is none. */
function forOf(element: string): string {
  const [, quoted, plain] = /(?:^|;)\s*for=(?:"([^"\\]*)"|([^;"\s]*))\s*(?:;|$)/i.exec(element) ?? []
  return quoted ?? plain ?? ''
}

/** Without a port: `203.0.113.7:4711`, `[2001:db8::7]:4711`. */
function addressOf(entry: string): string | null {
  const [, bracketed, dotted] =
    /^\[([\da-fA-F:.]+)\](?::\d{1,5})?$|^(\d+\.\d+\.\d+\.\d+)(?::\d{1,5})?$/.exec(entry) ?? []
  return parseAddress(bracketed ?? dotted ?? entry)
}
