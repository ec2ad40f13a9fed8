export interface User {
  readonly name: string
  /** The customer whose figures this user may see. */
  readonly customer: string
}

/** In place of a real session, such as that of Auth.js: `const session = await auth()`. */
export async function currentUser(request: Request): Promise<User | null> {
  const isSignedIn = /(?:^|; )session=signed-in(?:;|$)/.test(request.headers.get('cookie') ?? '')
  return isSignedIn ? { name: 'ada', customer: 'ATL' } : null
}
