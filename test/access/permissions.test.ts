import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { everything, type Grants, granularities, only, unrestricted } from '../../src/access/grants.ts'
import { intersection, type Layer, permissionsOf, permits, permitsIn } from '../../src/access/permissions.ts'

const names = ['a', 'b', 'c', 'd']
const nameGrant = fc.option(fc.subarray(names)).map((list) => (list === null ? everything : only(list)))
const count = fc.option(fc.integer({ min: 1, max: 100 }))

const grants: fc.Arbitrary<Grants> = fc.record({
  dashboards: nameGrant,
  widgets: nameGrant,
  hiddenWidgets: fc.subarray(names).map((list) => new Set(list)),
  datasets: nameGrant,
  dimensions: nameGrant,
  metrics: nameGrant,
  permissions: fc.option(nameGrant),
  lockedFilters: fc.constant([]),
  periods: nameGrant,
  timeZones: nameGrant,
  minGranularity: fc.option(fc.constantFrom(...granularities)),
  maxDateRangeDays: count,
  earliest: fc.option(fc.integer()),
  drillDown: fc.boolean(),
  export: fc.boolean(),
  adHoc: fc.boolean(),
  origins: nameGrant,
  limits: fc.record({ requestsPerMinute: count, concurrentQueries: count }),
})

const layers = fc
  .record({ role: fc.option(grants), policy: fc.option(grants), token: grants })
  .map(({ role, policy, token }): readonly Layer[] => [
    ...(role === null ? [] : [{ source: 'role', name: 'r', grants: role } as const]),
    ...(policy === null ? [] : [{ source: 'policy', name: 'p', grants: policy } as const]),
    { source: 'token', name: null, grants: token },
  ])

const nameMembers = [
  'dashboards',
  'widgets',
  'datasets',
  'dimensions',
  'metrics',
  'periods',
  'origins',
] as const
const runs = { numRuns: 5_000 }

describe('layers of permissions', () => {
  it('grant a name where each of them does', () => {
    fc.assert(
      fc.property(layers, fc.constantFrom(...nameMembers), fc.constantFrom(...names), (of, member, name) => {
        const each = of.every((layer) => {
          const grant = layer.grants[member]
          return grant.all || grant.names.has(name)
        })
        const effective = permissionsOf(of)[member]
        expect(permits(effective, name)).toBe(each)
        const merged = intersection(effective)
        expect(merged.all || merged.names.has(name)).toBe(each)
      }),
      runs,
    )
  })

  it('can only narrow: one more of them never grants more', () => {
    fc.assert(
      fc.property(layers, grants, (of, more) => {
        const wide = permissionsOf(of)
        const narrow = permissionsOf([...of, { source: 'token', name: null, grants: more }])
        for (const member of nameMembers) {
          for (const name of names)
            expect(permits(narrow[member], name) && !permits(wide[member], name)).toBe(false)
        }
        for (const name of names) {
          expect(permits(narrow.permissions, name) && !permits(wide.permissions, name)).toBe(false)
        }
        expect(narrow.drillDown && !wide.drillDown).toBe(false)
        expect(narrow.export && !wide.export).toBe(false)
        expect(narrow.adHoc && !wide.adHoc).toBe(false)
        expect(narrow.earliest ?? -Infinity).toBeGreaterThanOrEqual(wide.earliest ?? -Infinity)
        expect(narrow.maxDateRangeDays ?? Infinity).toBeLessThanOrEqual(wide.maxDateRangeDays ?? Infinity)
        const coarse = (grain: (typeof granularities)[number] | null) =>
          grain === null ? -1 : granularities.indexOf(grain)
        expect(coarse(narrow.minGranularity)).toBeGreaterThanOrEqual(coarse(wide.minGranularity))
      }),
      runs,
    )
  })

  it('hold what members require where the topmost role or policy grants it, and the other does not withhold it', () => {
    const held = (role: Grants['permissions'] | undefined, policy?: Grants['permissions']) => {
      const layer = (source: 'role' | 'policy', permissions: Grants['permissions'] | undefined): Layer[] =>
        permissions === undefined ? [] : [{ source, name: 'x', grants: { ...unrestricted, permissions } }]
      const token: Layer = {
        source: 'token',
        name: null,
        grants: { ...unrestricted, permissions: only(['a', 'b']) },
      }
      return intersection(
        permissionsOf([...layer('role', role), ...layer('policy', policy), token]).permissions,
      )
    }
    expect(held(undefined)).toEqual(only([]))
    expect(held(null)).toEqual(only([]))
    expect(held(null, only(['a']))).toEqual(only([]))
    expect(held(undefined, only(['a']))).toEqual(only(['a']))
    expect(held(only(['a', 'b']), null)).toEqual(only(['a', 'b']))
    expect(held(only(['a', 'b']), only(['b', 'c']))).toEqual(only(['b']))
    expect(held(everything, only(['c']))).toEqual(only(['c']))
    expect(held(everything)).toEqual(everything)
  })

  it('keep to UTC where a finest grain is kept and no zone was named by then', () => {
    const layer = (source: 'policy' | 'token', of: Partial<Grants>): Layer => ({
      source,
      name: null,
      grants: { ...unrestricted, ...of },
    })
    const zones = (policy: Partial<Grants>, token: Partial<Grants>) =>
      intersection(permissionsOf([layer('policy', policy), layer('token', token)]).timeZones)
    const berlin = only(['Europe/Berlin'])
    expect(zones({}, {})).toEqual(everything)
    expect(zones({}, { timeZones: berlin })).toEqual(berlin)
    expect(zones({ minGranularity: 'DAY' }, {})).toEqual(only(['UTC']))
    expect(zones({ minGranularity: 'DAY' }, { timeZones: berlin })).toEqual(only([]))
    expect(zones({ minGranularity: 'DAY', timeZones: berlin }, {})).toEqual(berlin)
    expect(zones({ timeZones: berlin }, { minGranularity: 'DAY' })).toEqual(berlin)
    expect(zones({}, { minGranularity: 'DAY', timeZones: berlin })).toEqual(berlin)
  })

  it('grant a member by its own name, or by its name in one place', () => {
    const { dimensions } = permissionsOf([
      {
        source: 'token',
        name: null,
        grants: { ...unrestricted, dimensions: only(['region', 'orders.city']) },
      },
    ])
    expect(permitsIn(dimensions, 'region', () => 'orders.region')).toBe(true)
    expect(permitsIn(dimensions, 'city', () => 'orders.city')).toBe(true)
    expect(permitsIn(dimensions, 'city', () => 'customers.city')).toBe(false)
  })
})

describe('the built-in roles', () => {
  it('are a viewer who looks, an analyst who asks, and an admin who may see all of the tenant', () => {
    const of = (role: string) => {
      const found = builtinRoles.get(role)
      if (found === undefined) throw new Error(`There is no ${role}.`)
      const { adHoc, drillDown, export: exports, permissions } = found
      return { adHoc, drillDown, export: exports, permissions, rest: { ...found, ...open } }
    }
    const open = { adHoc: true, drillDown: true, export: true, permissions: null }
    const none = only([])
    expect(of('viewer')).toEqual({
      adHoc: false,
      drillDown: false,
      export: false,
      permissions: none,
      rest: unrestricted,
    })
    expect(of('analyst')).toEqual({
      adHoc: true,
      drillDown: true,
      export: true,
      permissions: none,
      rest: unrestricted,
    })
    expect(of('admin')).toEqual({
      adHoc: true,
      drillDown: true,
      export: true,
      permissions: everything,
      rest: unrestricted,
    })
    expect([...builtinRoles.keys()]).toEqual(['viewer', 'analyst', 'admin'])
  })
})
