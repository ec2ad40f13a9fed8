import { type ApiKeyScope, apiKeyScopes } from '../access/api-key-scopes.ts'
import type { HostBounds } from '../access/host.ts'
import { excess } from '../access/host-bounds.ts'
import { type Network, networkForm, parseNetwork } from '../access/networks.ts'
import { isTenantPattern, tenantPatternForm } from '../access/tenant-patterns.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { ApiKeyInput } from '../graphql/context.ts'

const listMax = 100
/** They are about the whole environment. */
const scopesOfAllTenants: readonly ApiKeyScope[] = ['model:write', 'admin']

/**
 * What a new key may do: as it was asked for, and where nothing was said as its maker.
 * @throws BAD_USER_INPUT with the argument's path
 */
export function askedBounds(input: ApiKeyInput, maker: HostBounds, now: Date): HostBounds {
  const scopes = parseScopes(input.scopes)
  const tenants = input.tenants == null ? maker.tenants : parseTenants(input.tenants)
  const excluded = tenants === null ? undefined : scopes.find((scope) => scopesOfAllTenants.includes(scope))
  if (excluded !== undefined) {
    throw badInput('input.scopes', `no ${excluded} for a key of some tenants: it is about all of them`)
  }
  return {
    scopes,
    tenants,
    networks: input.networks == null ? maker.networks : parseNetworks(input.networks),
    expiresAt: input.expiresAt == null ? maker.expiresAt : parseExpiry(input.expiresAt, now),
  }
}

/** @throws FORBIDDEN where a key would be more than the one that makes it, or shows its secret */
export function requireWithin(bounds: HostBounds, holder: HostBounds, argument: string): void {
  const beyond = excess(bounds, holder)
  if (beyond === null) return
  throw new TesseraError('FORBIDDEN', {
    argument,
    expected: `no more ${wordsOf[beyond]} than the API key has itself`,
  })
}

const wordsOf: Readonly<Record<keyof HostBounds, string>> = {
  scopes: 'scopes',
  tenants: 'tenants',
  networks: 'networks',
  expiresAt: 'time',
}

function parseScopes(names: readonly string[]): readonly ApiKeyScope[] {
  const scopes = apiKeyScopes.filter((scope) => names.includes(scope))
  const isKnown = names.every((name) => scopes.some((scope) => scope === name))
  if (isKnown && names.length > 0 && names.length <= listMax) return scopes
  throw badInput('input.scopes', `one or more of ${apiKeyScopes.join(', ')}`, apiKeyScopes)
}

function parseTenants(patterns: readonly string[]): readonly string[] {
  if (patterns.length > listMax) throw badInput('input.tenants', `at most ${listMax} patterns`)
  const wrong = patterns.findIndex((pattern) => !isTenantPattern(pattern))
  if (wrong !== -1) throw badInput(`input.tenants.${wrong}`, tenantPatternForm)
  return patterns
}

function parseNetworks(texts: readonly string[]): readonly Network[] {
  if (texts.length > listMax) throw badInput('input.networks', `at most ${listMax} networks`)
  return texts.map((text, index) => {
    const network = parseNetwork(text)
    if (network === null) throw badInput(`input.networks.${index}`, networkForm)
    return network
  })
}

function parseExpiry(text: string, now: Date): Date {
  const microseconds = parseInstant(text)
  if (microseconds !== null && microseconds / 1000 > now.getTime()) return new Date(microseconds / 1000)
  throw badInput('input.expiresAt', 'an RFC 3339 instant in the future')
}
