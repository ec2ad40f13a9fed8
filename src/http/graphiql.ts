import type { IncomingMessage } from 'node:http'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import type { Exchange } from './answer.ts'

export interface GraphiqlOptions {
  readonly tabs: readonly ExampleTab[]
  /** Stands in the header editor when the page opens; null for none. It is never in the address, which is logged. */
  readonly token: () => Promise<string | null>
}

export interface ExampleTab {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** Whatever the page refers to, the browser asks no other host for it. Its workers are blobs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function wantsPage(request: IncomingMessage): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
}

/**
 * Whether a browser reached us under a name of this machine. A page of elsewhere whose name was pointed at us
 * (DNS rebinding) says its own, and must not read the token.
 */
export function isLoopbackHost(request: IncomingMessage): boolean {
  const host = request.headers.host ?? ''
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host)
}

/** GraphiQL with all of its scripts in the page, so that it works without any network. For development alone. */
export async function answerGraphiql(
  { response }: Exchange,
  { tabs, token }: GraphiqlOptions,
): Promise<void> {
  const bearer = await token()
  const headers = JSON.stringify(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }, null, 2)
  const page = renderGraphiQL({
    title: 'Tessera',
    defaultTabs: tabs.map(({ query, variables }) => ({
      query,
      headers,
      ...(variables !== undefined && { variables: JSON.stringify(variables, null, 2) }),
    })),
    headers,
    defaultHeaders: headers,
    // A kept token would have ended by the time that the page is opened again.
    shouldPersistHeaders: false,
    credentials: 'omit',
  })
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(page)
}
