import { TesseraError } from '../errors.ts'
import type { GuestContext, HostContext, RequestContext } from './context.ts'

/** What a resolver under the rule `guest` works with; refuses by itself where the rule was forgotten. */
export function guestOf(context: RequestContext): GuestContext {
  if (context.guest === null) throw new TesseraError('FORBIDDEN')
  return context.guest
}

export function hostOf(context: RequestContext): HostContext {
  if (context.host === null) throw new TesseraError('FORBIDDEN')
  return context.host
}
