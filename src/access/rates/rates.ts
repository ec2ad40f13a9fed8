import type { EnvironmentIdentity } from '../../store/store.ts'
import type { HostIdentity } from '../host.ts'
import type { Permitted } from '../layers.ts'
import type { RefreshIdentity } from '../refresh-tokens.ts'
import { addressGroup } from './address-group.ts'
import type { Budget, BudgetKind } from './budget.ts'
import type { Windows } from './windows.ts'

/** In a minute each. */
export interface RateSettings {
  /** Of a token that says nothing of it, nor its policy or role. */
  readonly perToken: number
  readonly perTenant: number
  readonly perApiKey: number
  readonly perAddress: number
  readonly mintedPerApiKey: number
  readonly mintedPerTenant: number
  /** Of refused credentials, before those of that address have to take turns. */
  readonly refusedPerAddress: number
}

/** @throws RATE_LIMITED with the seconds until there is more to spend; then nothing was spent */
export type Spend = (points: number) => Promise<void>

export interface TokenRate {
  readonly perMinute: number
  readonly spend: Spend
}

/** A guest, wherever the tenant's rows are. */
type Guest = Omit<Permitted, 'at'>

/** Whose budgets are spent by whom: by accepted credentials alone, so that nobody spends another's with a wrong one. */
export interface Rates {
  guest(guest: Guest, address: string | null): Spend
  /** What subscriptions ask is asked for all who watch: the tenant spends it, and none of its tokens. */
  live(guest: Guest): Spend
  /** Of the token alone, for each question that it begins to watch. */
  ofToken(guest: Guest): TokenRate
  host(host: HostIdentity, address: string | null): Spend
  refresh(family: RefreshIdentity, address: string | null): Spend
  /**
   * For one guest token. Those that refresh tokens are exchanged for are not counted here: each family begins with a token
   * that was, and has a budget of its own.
   * @throws RATE_LIMITED where too many were made with the key or for the tenant
   */
  mint(host: HostIdentity, tenantId: string): Promise<void>
}

/** A page asks for the next token once in most of an hour. */
const perFamily = 60

/** The narrowest stands first: who has used up its own does not get as far as what it shares with others. */
export function createRates(windows: Windows, settings: RateSettings): Rates {
  const { perToken, perTenant, perApiKey, perAddress, mintedPerApiKey, mintedPerTenant } = settings

  function spendOf(identity: EnvironmentIdentity, asked: readonly Asked[]): Spend {
    const { organizationId, environmentId } = identity
    const environment = { organizationId, environmentId }
    const budgets = asked.map((budget): Budget => ({ ...budget, environment }))
    return (points) => windows.take(budgets, points)
  }

  const tenantOf = ({ tenantId }: Guest): Asked => ({ kind: 'tenant', id: tenantId, perMinute: perTenant })
  const tokenOf = ({ permissions, tokenId }: Guest): Asked => ({
    kind: 'token',
    id: tokenId,
    perMinute: permissions.limits.requestsPerMinute ?? perToken,
  })
  const addressOf = (address: string | null): Asked => ({
    kind: 'address',
    id: addressGroup(address),
    perMinute: perAddress,
  })

  return Object.freeze({
    guest: (guest: Guest, address: string | null) =>
      spendOf(guest, [tokenOf(guest), tenantOf(guest), addressOf(address)]),
    live: (guest: Guest) => spendOf(guest, [tenantOf(guest)]),
    ofToken: (guest: Guest) => {
      const token = tokenOf(guest)
      return { perMinute: token.perMinute, spend: spendOf(guest, [token]) }
    },
    host: (host: HostIdentity, address: string | null) =>
      spendOf(host, [{ kind: 'api_key', id: host.apiKeyId, perMinute: perApiKey }, addressOf(address)]),
    refresh: (family: RefreshIdentity, address: string | null) =>
      spendOf(family, [{ kind: 'family', id: family.familyId, perMinute: perFamily }, addressOf(address)]),
    mint: (host: HostIdentity, tenantId: string) => {
      const ofKey: Asked = { kind: 'minted_with_api_key', id: host.apiKeyId, perMinute: mintedPerApiKey }
      const ofTenant: Asked = { kind: 'minted_for_tenant', id: tenantId, perMinute: mintedPerTenant }
      return spendOf(host, [ofTenant, ofKey])(1)
    },
  })
}

interface Asked {
  readonly kind: BudgetKind
  readonly id: string
  readonly perMinute: number
}
