import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface User {
  readonly name: string
  /** The customer whose figures this user may see. */
  readonly customer: string
}

/** Without one of its own, sessions end when the process does. */
const { SESSION_SECRET = randomBytes(32).toString('hex') } = process.env

/**
 * In place of a real session, such as that of Auth.js: `const session = await auth()`. What the cookie says is signed, so
 * that nobody can write one by hand.
 */
export async function currentUser(request: Request): Promise<User | null> {
  const cookies = request.headers.get('cookie') ?? ''
  const [, payload = '', signature = ''] = /(?:^|; )session=([\w-]+)\.([\w-]+)/.exec(cookies) ?? []
  if (!isSame(signature, signatureOf(payload))) return null
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

/** For a route that has seen a password: `Set-Cookie: session=…; HttpOnly; Secure; SameSite=Lax; Max-Age=43200`. */
export function sessionOf({ name, customer }: User): string {
  const payload = Buffer.from(JSON.stringify({ name, customer })).toString('base64url')
  return `${payload}.${signatureOf(payload)}`
}

function signatureOf(payload: string): string {
  return createHmac('sha256', SESSION_SECRET).update(payload).digest('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
