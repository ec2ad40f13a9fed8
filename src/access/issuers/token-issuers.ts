import type { Logger } from '../../log.ts'
import type { EnvironmentIdentity, Store } from '../../store/store.ts'
import { followChanges } from '../change-feed.ts'
import { createIssuerKeys, type IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts'
import { readIssuers } from './issuer-rows.ts'
import { type TokenIssuer, tokenIssuerOf } from './token-issuer.ts'

/** The issuers of all environments as this process knows them: those of the store, two seconds late at most. */
export interface TokenIssuers {
  /** Takes no store round trip. Null where nobody of this name signs for the environment. */
  find(environmentId: string, issuer: string): TokenIssuer | null
  findById(id: string): TokenIssuer | null
  readonly keys: IssuerKeys
  /** One that was committed just now: it holds here at once, in the place of one of the same name. */
  add(issuer: TokenIssuer): void
  remove(id: string): void
  /** Learns of them, and then of what other processes change. Answers how to stop. */
  watch(): Promise<() => Promise<void>>
}

export interface TokenIssuersOptions extends IssuerKeysOptions {
  readonly store: Store
  readonly log: Logger
}

export function createTokenIssuers(options: TokenIssuersOptions): TokenIssuers {
  const { store, log, onUnavailable } = options
  const byId = new Map<string, TokenIssuer>()
  const idByName = new Map<string, string>()
  const keys = createIssuerKeys({
    ...options,
    onUnavailable: (issuer, reason) => {
      log.warn({ issuerId: issuer.id, reason }, 'the keys of a token issuer cannot be had')
      onUnavailable(issuer, reason)
    },
  })

  function add(issuer: TokenIssuer): void {
    const name = nameOf(issuer.environmentId, issuer.issuer)
    const known = byId.get(idByName.get(name) ?? '')
    // A reading that began before may tell of the one that this took the place of.
    if (known !== undefined && known.createdAt > issuer.createdAt) return
    if (known !== undefined) byId.delete(known.id)
    byId.set(issuer.id, issuer)
    idByName.set(name, issuer.id)
  }

  function remove(id: string): void {
    const issuer = byId.get(id)
    if (issuer === undefined) return
    byId.delete(id)
    idByName.delete(nameOf(issuer.environmentId, issuer.issuer))
  }

  async function read(all: boolean): Promise<void> {
    // One that is added meanwhile is newer than what this brings.
    const before = all ? [...byId.keys()] : []
    const rows = await readIssuers(store, all)
    const ids = new Set(rows.map(({ id }) => id))
    for (const id of before) if (!ids.has(id)) remove(id)
    for (const { id, endedAt } of rows) if (endedAt !== null) remove(id)
    for (const row of rows) if (row.endedAt === null) add(tokenIssuerOf(row))
  }

  return Object.freeze({
    find: (environmentId: string, issuer: string) =>
      byId.get(idByName.get(nameOf(environmentId, issuer)) ?? '') ?? null,
    findById: (id: string) => byId.get(id) ?? null,
    keys,
    add,
    remove,
    watch: () => followChanges({ store, log, channel: 'token_issuers', what: 'token issuers', read }),
  })
}

/** An issuer is of visible characters, so no two share a name. */
function nameOf(environmentId: EnvironmentIdentity['environmentId'], issuer: string): string {
  return `${environmentId} ${issuer}`
}
