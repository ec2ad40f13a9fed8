import type { ClickHouseServer, DataSource, KeptValue, PostgresServer } from '../catalogue/data-source.ts'
import { serverUrl, serverUrlForms } from '../catalogue/server-url.ts'
import { TesseraError } from '../errors.ts'
import { parseAddress } from '../warehouse/clickhouse/address.ts'
import type { ClickHouseSource } from '../warehouse/clickhouse/source.ts'
import { addressOf, type PostgresSource } from '../warehouse/postgres/source.ts'
import { findKept, type KeptValues } from './kept-values.ts'

/** What a definition comes to: where to connect, as whom. */
export interface Target {
  readonly source: ClickHouseSource | PostgresSource
  /** As in `https://host:8443`. */
  readonly urls: readonly URL[]
  /** The same as long as definition and secrets are, for all databases; it holds no secret. */
  readonly identity: string
}

/** Something that keeps a definition from being one, and where in it. */
export interface Obstacle {
  readonly path: readonly (string | number)[]
  readonly expected: string
}

export type Outcome = { readonly target: Target } | { readonly obstacles: readonly Obstacle[] }

type Server = ClickHouseServer | PostgresServer
type Path = Obstacle['path']

/** Pure: nothing is asked of a server or a store. */
export function targetOf(
  environmentId: string,
  definition: Server,
  database: string | null,
  values: KeptValues,
): Outcome {
  const obstacles: Obstacle[] = []
  const versions: string[] = []

  function textOf(kept: KeptValue | null, path: Path): string | undefined {
    if (kept === null) return undefined
    const found = findKept(values, environmentId, kept)
    if (found.value === null) obstacles.push({ path, expected: found.expected })
    else versions.push(found.version)
    return found.value ?? undefined
  }

  function urlsOf(given: string | KeptValue, path: Path): readonly URL[] {
    const text = typeof given === 'string' ? given : textOf(given, path)
    if (text === undefined) return []
    const urls = text.split(',').map((each) => serverUrl(definition.kind, each.trim()))
    const sound = urls.filter((url) => url !== null)
    // The value may hold a password, so it is not shown.
    if (sound.length < urls.length || (definition.kind === 'postgres' && urls.length > 1)) {
      obstacles.push({ path, expected: serverUrlForms[definition.kind] })
    }
    return sound
  }

  const urls =
    definition.kind === 'postgres'
      ? urlsOf(definition.url, ['url'])
      : definition.urls.flatMap((url, index) => urlsOf(url, ['urls', index]))
  const username = textOf(definition.user, ['user'])
  const password = textOf(definition.password, ['password'])
  const ca = textOf(definition.tls.ca, ['tls', 'ca'])
  const cert = textOf(definition.tls.cert, ['tls', 'cert'])
  const key = textOf(definition.tls.key, ['tls', 'key'])
  if (obstacles.length > 0) return { obstacles }
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const common = {
    name: definition.name,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(Object.keys(tls).length > 0 && { tls }),
  }
  const identity = JSON.stringify([environmentId, definition, versions])
  const hrefs = urls.map(({ href }) => href)
  if (definition.kind === 'clickhouse') {
    const expected = expectedOf(hrefs, common.tls !== undefined)
    if (expected !== null) return { obstacles: [{ path: ['urls', 0], expected }] }
    return { target: { source: { ...common, kind: 'clickhouse', urls: hrefs }, urls, identity } }
  }
  const { role } = definition
  const source: PostgresSource = {
    ...common,
    kind: 'postgres',
    url: hrefs[0] ?? '',
    role,
    ...(database !== null && { database }),
  }
  const obstacle = obstacleOf(source)
  return obstacle === null ? { target: { source, urls, identity } } : { obstacles: [obstacle] }
}

function expectedOf(hrefs: readonly string[], hasTls: boolean): string | null {
  if (hrefs.some((href) => parseAddress(href) === null)) return serverUrlForms.clickhouse
  const isInTheClear = hrefs.some((href) => !href.startsWith('https:'))
  return hasTls && isInTheClear ? 'https, as tls is given: http does not use it' : null
}

/** What connecting would find wrong with the address, so that it is said before a guest asks. */
function obstacleOf(source: PostgresSource): Obstacle | null {
  const hasUser = source.username !== undefined || new URL(source.url).username !== ''
  if (!hasUser) return { path: ['url'], expected: 'a user beside it or in it' }
  try {
    addressOf(source)
    return null
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    const { argument, expected } = error.details
    return { path: [argument ?? 'url'], expected: expected ?? serverUrlForms.postgres }
  }
}

/** Whether it is what the process connects to by its own settings, which all environments share. */
export function isInstallations(definition: DataSource, own: OwnKind): boolean {
  if (definition.kind === 'chdb') return definition.name === ownName
  if (definition.kind !== 'clickhouse' || own !== 'clickhouse') return false
  const { urls, user, password, tls, connections } = definition
  const [url] = urls
  const isBare = [user, password, tls.ca, tls.cert, tls.key, connections].every((member) => member === null)
  return (
    isBare && urls.length === 1 && typeof url === 'object' && 'env' in url && url.env === 'CLICKHOUSE_URL'
  )
}

/** What the installation's settings connect to. */
export type OwnKind = 'chdb' | 'clickhouse'

/** What models call the data source that the installation connects to by its settings. */
export const ownName = 'warehouse'
