import { TesseraError } from '../errors.ts'
import { permits } from './permissions.ts'
import type { Scope } from './scope.ts'

/**
 * That a request comes from a page that the token is for. Browsers send the header with every POST and across sites;
 * other programs can send what they like, so this is a hardening and not the wall.
 * @throws ORIGIN_NOT_ALLOWED, also where the token is for some pages and the request names none
 */
export function checkOrigin({ permissions }: Scope, origin: string | undefined): void {
  if (permissions.origins.length === 0) return
  if (origin !== undefined && permits(permissions.origins, origin)) return
  throw new TesseraError('ORIGIN_NOT_ALLOWED')
}

/** Whether a text is an origin in the form that browsers send: scheme, host and, unless it is the default, port. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol } = new URL(text)
  return origin === text && !text.includes('*') && (protocol === 'https:' || protocol === 'http:')
}
