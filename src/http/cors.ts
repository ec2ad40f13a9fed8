import { isAmong } from '../access/origins.ts'
import type { Exchange } from './answer.ts'

/** Whether pages of an origin may ask here at all; which of them a token is for is seen when it is known. */
export type AllowsOrigin = (origin: string) => boolean

/**
 * @param entries origins, patterns of them, and `*` for any
 * @param isListed by any of the environments
 */
export function originCheck(entries: readonly string[], isListed: AllowsOrigin = () => false): AllowsOrigin {
  return (origin) => entries.includes('*') || isAmong(entries, origin) || isListed(origin)
}

/**
 * Lets pages of the allowed origins read the answer. What grants anything is the bearer token that the page has to
 * send; credentials mode stays off, because no cookie is ever read.
 * @returns whether the request was a preflight, which is answered then
 */
export function answerCors({ request, response }: Exchange, allows: AllowsOrigin): boolean {
  const headers = sharingHeaders(request.headers.origin, allows)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204).end()
  return true
}

const unshared = Object.freeze({ vary: 'Origin' })

/** Of an answer to a page of this origin, or to whatever is no page. */
export function sharingHeaders(
  origin: string | undefined,
  allows: AllowsOrigin,
): Readonly<Record<string, string>> {
  if (origin === undefined || !allows(origin)) return unshared
  return {
    ...unshared,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-request-id, retry-after, content-disposition',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Authorization, Content-Type, Accept, Last-Event-ID',
    'access-control-max-age': '600',
  }
}
