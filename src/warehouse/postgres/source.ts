import { type LookupFunction, Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { PoolConfig } from 'pg'
import { TesseraError } from '../../errors.ts'

/** A PostgreSQL server, or what stands in front of one. What is given beside the address wins over what is in it. */
export interface PostgresSource {
  readonly name: string
  readonly kind: 'postgres'
  /** `postgres://user:password@host:5432/database?sslmode=require`; the user and what comes after the host may be left out. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  readonly database?: string
  /** What statements run as; null: as the user who connects. Row-level security must bind it. */
  readonly role: string | null
  readonly tls?: PostgresTls
}

/** In PEM. Without a `ca` those of the system count; a certificate is always looked at. */
export interface PostgresTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Where a server is and who asks. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Null: without TLS. */
  readonly tls: ConnectionOptions | null
  /** Null: the system's own. */
  readonly lookup: LookupFunction | null
}

const sslModes: ReadonlyMap<string, boolean> = new Map([
  ['disable', false],
  ['require', true],
  ['verify-ca', true],
  ['verify-full', true],
])

/**
 * Read here and not by the driver: what an address leaves out, that takes from the process's environment and a password
 * file, and it opens the files that an address names.
 * @throws TesseraError BAD_USER_INPUT that says nothing of the address but what is wrong with it
 */
export function addressOf(source: PostgresSource, lookup?: LookupFunction): Address {
  const url = parse(source.url)
  const user = source.username ?? textOf(url.username)
  if (url.hostname === '') throw unfit('a host')
  if (user === '') throw unfit('a user')
  // To the engine it is a word for no role at all, which would leave whoever connects.
  if (source.role === 'none' || source.role === '') {
    throw new TesseraError('BAD_USER_INPUT', { argument: 'role', expected: 'the name of a role' })
  }
  return Object.freeze({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: source.password ?? textOf(url.password),
    database: source.database ?? (textOf(url.pathname.slice(1)) || user),
    tls: tlsOf(url, source.tls),
    lookup: lookup ?? null,
  })
}

/** For the driver; a password that is missing is asked of nobody else. */
export function driverConfig({ host, port, user, password, database, tls, lookup }: Address): PoolConfig {
  return {
    ...{ host, port, user, database, password: async () => password },
    ssl: tls === null ? false : { ...tls },
    application_name: 'tessera',
    keepAlive: true,
    ...(lookup !== null && { stream: () => socketBy(lookup) }),
  }
}

/** The driver names the host and port, and nothing else. */
function socketBy(lookup: LookupFunction): Socket {
  const socket = new Socket()
  const connect = socket.connect.bind(socket)
  return Object.assign(socket, { connect: (port: number, host: string) => connect({ port, host, lookup }) })
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) throw unfit('postgres://…')
  for (const name of url.searchParams.keys()) if (name !== 'sslmode') throw unfit('no parameter but sslmode')
  return url
}

function tlsOf(url: URL, tls: PostgresTls | undefined): ConnectionOptions | null {
  const mode = url.searchParams.get('sslmode')
  const isOn = mode === null ? tls !== undefined : sslModes.get(mode)
  if (isOn === undefined) throw unfit(`one of ${[...sslModes.keys()].join(', ')} for sslmode`)
  if (!isOn && tls !== undefined) throw unfit('TLS, as tls is given: sslmode=disable does not use it')
  return isOn ? Object.freeze({ ...tls }) : null
}

function textOf(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unfit('percent signs that stand for bytes')
  }
}

function unfit(expected: string): TesseraError {
  return new TesseraError('BAD_USER_INPUT', {
    argument: 'url',
    expected: `an address of PostgreSQL with ${expected}`,
  })
}
