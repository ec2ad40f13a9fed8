import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Person, personWith } from './people.ts'

const cookieName = 'apronworks_session'
const sessionsMax = 1_000

/**
 * Who is signed in, in memory. It stands for the host's own sign-in, which is the host's own affair: nobody is asked for
 * a password here, and a real one would want more.
 */
export interface Sessions {
  /** @returns the value of the Set-Cookie header */
  signIn(person: Person): string
  signOut(request: IncomingMessage): string
  personOf(request: IncomingMessage): Person | null
}

export function createSessions(): Sessions {
  const people = new Map<string, string>()
  return {
    signIn({ id }) {
      const [oldest] = people.keys()
      if (oldest !== undefined && people.size >= sessionsMax) people.delete(oldest)
      const session = randomBytes(24).toString('base64url')
      people.set(session, id)
      return cookie(session, '')
    },
    signOut(request) {
      people.delete(sessionOf(request))
      return cookie('', '; Max-Age=0')
    },
    personOf: (request) => personWith(people.get(sessionOf(request))),
  }
}

/** Not `Secure`: the demo is at http://127.0.0.1. A host's own has to be. */
function cookie(value: string, rest: string): string {
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict${rest}`
}

function sessionOf({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName)?.[1] ?? ''
}
