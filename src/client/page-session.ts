const sessionKey = Symbol.for('tessera.session')

/** Aborts when the page says that its session is another one. Several bundles of a page have it in common. */
export function pageSession(): AbortSignal {
  return current().signal
}

/**
 * To be called when the page's session ends or becomes another one: at a sign-out, a sign-in, a switch of tenants. No
 * token of before is used again, who waits for one gets ABORTED, and the elements start anew.
 */
export function forgetTokens(): void {
  const ended = current()
  renew()
  ended.abort()
}

function current(): AbortController {
  const known: unknown = Reflect.get(globalThis, sessionKey)
  return known instanceof AbortController ? known : renew()
}

function renew(): AbortController {
  const session = new AbortController()
  Reflect.set(globalThis, sessionKey, session)
  return session
}
