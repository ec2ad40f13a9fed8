import type { ClickHouseSource } from './source.ts'

/** One way to a source, and who it is asked as. */
export interface Address {
  /** Without a name or password: `https://host:8443`. */
  readonly origin: string
  /** Null where nothing says it: the server has a user for that. */
  readonly username: string | null
  readonly password: string | null
}

/** Null for what is no address of a server: another protocol, or a path or query, which ClickHouse would take for something else. */
export function parseAddress(url: string): Address | null {
  if (!URL.canParse(url)) return null
  const { protocol, origin, hostname, pathname, search, hash, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  if (hostname === '' || pathname !== '/' || search !== '' || hash !== '') return null
  const credentials = [decoded(username), decoded(password)] as const
  if (credentials[0] === null || credentials[1] === null) return null
  return { origin, username: credentials[0] || null, password: credentials[1] || null }
}

/**
 * All addresses of a source. What the source says of name and password holds for each of them.
 * @throws Error that shows no address, since one may hold a password
 */
export function addressesOf({ name, urls, username, password }: ClickHouseSource): readonly Address[] {
  if (urls.length === 0) throw new Error(`The data source ${name} has no address.`)
  return urls.map((url) => {
    const address = parseAddress(url)
    if (address === null) throw new Error(`An address of the data source ${name} is not http://host:8123.`)
    if (username === undefined) return password === undefined ? address : { ...address, password }
    return { ...address, username, password: password ?? null }
  })
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
