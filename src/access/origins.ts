import { TesseraError } from '../errors.ts'
import type { Names, Permissions } from './permissions.ts'

/** What an entry of a list must look like, in words. */
export const originForm =
  'an origin as browsers send it: scheme, host and port if it is not the default, such as https://app.example.com, or https://*.example.com for the hosts below one'

/**
 * That a request comes from a page that the token is for. Browsers send the header with every POST and across sites;
 * other programs can send what they like, so this is a hardening and not the wall.
 * @param listed the environment's own list, which programs that name no page are not held to; null where it has none
 * @throws ORIGIN_NOT_ALLOWED, also where the token is for some pages and the request names none
 */
export function checkOrigin(
  { permissions }: { readonly permissions: Pick<Permissions, 'origins'> },
  origin: string | undefined,
  listed: readonly string[] | null,
): void {
  if (listed !== null && origin !== undefined && !isAmong(listed, origin)) {
    throw new TesseraError('ORIGIN_NOT_ALLOWED')
  }
  if (permissions.origins.length === 0) return
  if (origin !== undefined && permitsOrigin(permissions.origins, origin)) return
  throw new TesseraError('ORIGIN_NOT_ALLOWED')
}

/** Whether each of the lists has it. */
function permitsOrigin(lists: Names, origin: string): boolean {
  return lists.every((list) => isAmong(list, origin))
}

/** Whether one of the entries is the origin or a pattern that it fits; an entry that is neither fits nothing. */
export function isAmong(entries: Iterable<string>, origin: string): boolean {
  if (!isOrigin(origin)) return false
  for (const entry of entries) if (entry === origin || fits(entry, origin)) return true
  return false
}

/**
 * `https://*.example.com:8443`: scheme and port as they stand, and below a host of two labels at least, so that nobody
 * writes down a whole top-level domain.
 */
const pattern = /^(https?:\/\/)\*((?:\.[a-z\d_-]+){2,}(?::\d+)?)$/

/** As in `frame-ancestors`: `*` is one label or more, and never none. */
function fits(entry: string, origin: string): boolean {
  const [, scheme, rest] = pattern.exec(entry) ?? []
  if (scheme === undefined || rest === undefined) return false
  if (!origin.startsWith(scheme) || !origin.endsWith(rest)) return false
  return /^[a-z\d_-]+(\.[a-z\d_-]+)*$/.test(origin.slice(scheme.length, -rest.length))
}

/** Whether a text is an origin in the form that browsers send: scheme, host and, unless it is the default, port. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol } = new URL(text)
  return origin === text && !text.includes('*') && (protocol === 'https:' || protocol === 'http:')
}

/** Whether a text may stand in a list: an origin, or a pattern of origins. */
export function isOriginEntry(text: string): boolean {
  return isOrigin(text) || (pattern.test(text) && isOrigin(text.replace('*', 'a')))
}
