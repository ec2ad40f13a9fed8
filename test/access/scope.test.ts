import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import type { VerifiedClaims } from '../../src/access/claims.ts'
import type { HostIdentity } from '../../src/access/host.ts'
import { Scope } from '../../src/access/scope.ts'
import { openTestStore } from '../support/store.ts'
import { emptyCatalogue, openTokenKit, type TokenKit } from '../support/tokens.ts'

const store = await openTestStore()
let kit: TokenKit

beforeAll(async () => {
  kit = await openTokenKit(store)
})
afterAll(() => store.close())

/** All public members, and so all that a look-alike can have. */
type LookAlike<T> = { [K in keyof T]: T[K] }

describe('a scope', () => {
  it('is a type that no object of its shape has', () => {
    expectTypeOf<LookAlike<Scope>>().not.toExtend<Scope>()
    expectTypeOf<LookAlike<VerifiedClaims>>().not.toExtend<VerifiedClaims>()
    expectTypeOf<LookAlike<HostIdentity>>().not.toExtend<HostIdentity>()
  })

  it('has no public constructor, and takes nothing but verified claims', async () => {
    const scope = await kit.scopeFor({ tenantId: 'ATL' })
    // @ts-expect-error the constructor is private
    const construct = () => new Scope(scope)
    // @ts-expect-error a scope, or what looks like claims, is not verified claims
    const make = () => Scope.of({ ...scope }, scope.permissions)
    expect([construct, make]).toHaveLength(2)
  })

  it('is told from a copy and from an heir at run time', async () => {
    const scope = await kit.scopeFor({ tenantId: 'ATL' })
    expect(Scope.isScope(scope)).toBe(true)
    expect(Scope.isScope({ ...scope })).toBe(false)
    expect(Scope.isScope(Object.create(scope))).toBe(false)
    expect(Scope.isScope(structuredClone({ ...scope }))).toBe(false)
  })

  it('cannot be changed', async () => {
    const scope = await openTokenKit(store, { catalogue: { ...emptyCatalogue } }).then(({ scopeFor }) =>
      scopeFor({ tenantId: 'ATL', dashboards: [], lockedFilters: [lockedFilter] }),
    )
    const { permissions } = scope
    const [locked] = permissions.lockedFilters
    expect(Object.isFrozen(scope)).toBe(true)
    expect(Object.isFrozen(permissions)).toBe(true)
    expect(Object.isFrozen(permissions.layers)).toBe(true)
    expect(Object.isFrozen(permissions.dashboards)).toBe(true)
    expect(Object.isFrozen(permissions.lockedFilters)).toBe(true)
    expect(Object.isFrozen(locked)).toBe(true)
    expect(Object.isFrozen(locked?.values)).toBe(true)
    expect(() => Reflect.apply(Reflect.get(names(scope), 'add'), names(scope), ['x'])).toThrow(
      'A grant cannot be changed.',
    )
    const { expiresAt } = scope
    scope.expiresAt.setFullYear(2999)
    expect(scope.expiresAt).toEqual(expiresAt)
  })
})

const lockedFilter = { dimension: 'carrier', operator: 'EQUALS', values: ['DL'] } as const

function names(scope: Scope): ReadonlySet<string> {
  const [first] = scope.permissions.dashboards
  if (first === undefined) throw new Error('It grants everything.')
  return first
}
