import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface User {
  readonly name: string
  /** The customer whose figures this user may see. */
  readonly customer: string
}

/** Without one of its own, sessions end when the process does. */
const { SESSION_SECRET = randomBytes(32).toString('hex') } = process.env

/** The browser's Max-Age is its own business: whoever has the cookie could send it for ever. */
const sessionMs = 43_200_000

/**
 * In place of a real session, such as that of Auth.js: `const session = await auth()`. What the cookie says is signed, so
 * that nobody can write one by hand.
 */
export async function currentUser(request: Request): Promise<User | null> {
  const cookies = request.headers.get('cookie') ?? ''
  const [, payload = '', signature = ''] = /(?:^|; )session=([\w-]+)\.([\w-]+)/.exec(cookies) ?? []
  if (!isSame(signature, signatureOf(payload))) return null
  const { endsAt, ...user } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return Date.now() < endsAt ? user : null
}

/** For a route that has seen a password: `Set-Cookie: session=…; HttpOnly; Secure; SameSite=Lax; Max-Age=43200`. */
export function sessionOf({ name, customer }: User, endsAt = Date.now() + sessionMs): string {
  const payload = Buffer.from(JSON.stringify({ name, customer, endsAt })).toString('base64url')
  return `${payload}.${signatureOf(payload)}`
}

function signatureOf(payload: string): string {
  return createHmac('sha256', SESSION_SECRET).update(payload).digest('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
