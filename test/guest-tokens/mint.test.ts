import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashApiKey, newApiKey } from '../../src/access/api-keys.ts'
import { authenticate } from '../../src/access/credential.ts'
import type { FilterOperator, FilterValue, LockedFilter } from '../../src/access/grants.ts'
import type { Catalogue, Dashboard, Dataset, Dimension, ValueType } from '../../src/catalogue/catalogue.ts'
import type { ColumnType } from '../../src/catalogue/column.ts'
import { TesseraError } from '../../src/errors.ts'
import type { GuestTokenInput } from '../../src/graphql/context.ts'
import { mintGuestToken } from '../../src/guest-tokens/mint.ts'
import { apiKeys, auditEvents } from '../../src/store/tables.ts'
import { placedByRule } from '../support/placing.ts'
import { testRates } from '../support/rates.ts'
import { openTestStore } from '../support/store.ts'
import { emptyCatalogue, openTokenKit, type TokenKit } from '../support/tokens.ts'

const store = await openTestStore()
let kit: TokenKit

beforeAll(async () => {
  kit = await openTokenKit(store, { catalogue })
})
afterAll(() => store.close())

function dimension(name: string, type: ValueType, column: ColumnType): [string, Dimension] {
  const head = { name, title: name, description: null, format: null, unit: null, join: null, requires: [] }
  return [name, { ...head, conformed: false, type, column: { name, type: column, nullable: false } }]
}

function dataset(name: string, dimensions: [string, Dimension][]): [string, Dataset] {
  return [
    name,
    {
      name,
      title: name,
      description: null,
      dataSource: 'warehouse',
      table: { database: 'demo', table: name },
      tenancy: { kind: 'shared' },
      timeDimension: null,

      latencySeconds: 0,
      dimensions: new Map(dimensions),
      joins: new Map(),
      metrics: [],
      rowRules: [],
    },
  ]
}

function dashboard(name: string, tenantId: string | null): [string, Dashboard] {
  const head = { name, title: name, description: null, tenantId, filters: [] }
  return [name, { ...head, defaultTimeRange: null, layout: {}, widgets: [] }]
}

const carrier = dimension('carrier', 'STRING', { kind: 'string' })
const catalogue: Catalogue = {
  ...emptyCatalogue,
  datasets: new Map([
    dataset('flights', [
      carrier,
      dimension('distance', 'NUMBER', { kind: 'integer', bits: 32, signed: true }),
      dimension('is_late', 'BOOLEAN', { kind: 'boolean' }),
      dimension('departed_at', 'TIME', { kind: 'instant', fraction: 0 }),
    ]),
    dataset('bookings', [carrier, dimension('fare', 'NUMBER', { kind: 'float', bits: 64 })]),
    dataset('airports', [dimension('state', 'STRING', { kind: 'string' })]),
  ]),
  benchmarks: new Map(),
  dashboards: new Map([
    dashboard('departures', null),
    dashboard('delays', null),
    dashboard('atl_board', 'ATL'),
    dashboard('jfk_board', 'JFK'),
  ]),
}

async function refusal(input: GuestTokenInput) {
  const error = await kit.guestToken(input).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TesseraError)) throw new Error('It was not refused.', { cause: error })
  return { code: error.code, ...error.details }
}

function locked(operator: FilterOperator, values: readonly FilterValue[], name = 'carrier'): LockedFilter {
  return { dataset: 'flights', dimension: name, operator, values }
}

describe('a minted token', () => {
  it('holds exactly the claims that were asked for', async () => {
    const now = new Date('2026-03-01T12:00:00.900Z')
    const { deps } = kit
    const minted = await mintGuestToken(
      kit.host,
      {
        tenantId: 'ATL',
        subject: 'ann',
        dashboards: ['departures', 'atl_board'],
        datasets: ['flights', 'bookings'],
        lockedFilters: [
          { dimension: 'carrier', operator: 'EQUALS', values: ['DL', 'AA'] },
          { dataset: 'airports', dimension: 'state', operator: 'EQUALS', values: [] },
        ],
        expiresInSeconds: 60,
      },
      {
        ...deps,
        store,
        catalogue,
        audit: kit.audit,
        rates: testRates(),
        placing: placedByRule,
        requestId: 'r1',
        now: () => now,
      },
    )
    const { keyId } = await kit.keyring.signingKey(kit.environment)
    expect(minted).toEqual({
      token: expect.any(String),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expiresAt: new Date('2026-03-01T12:01:00Z'),
      refreshToken: null,
      refreshExpiresAt: null,
    })
    expect(decodeProtectedHeader(minted.token)).toEqual({ alg: 'EdDSA', kid: keyId, typ: 'guest+jwt' })
    expect(decodeJwt(minted.token)).toEqual({
      iss: 'tessera',
      aud: 'tessera',
      sub: 'ann',
      jti: minted.id,
      iat: now.setMilliseconds(0) / 1000,
      exp: now.getTime() / 1000 + 60,
      org_id: kit.environment.organizationId,
      env_id: kit.environment.environmentId,
      tenant_id: 'ATL',
      api_key_id: kit.host.apiKeyId,
      minted_at_us: expect.any(Number),
      dashboard_ids: ['departures', 'atl_board'],
      dataset_ids: ['flights', 'bookings'],
      locked_filters: [
        { dimension: 'carrier', operator: 'EQUALS', values: ['DL', 'AA'] },
        { dataset: 'airports', dimension: 'state', operator: 'EQUALS', values: [] },
      ],
    })
  })

  it('gives a scope with the grants that were asked for', async () => {
    const scope = await kit.scopeFor({
      tenantId: 'ATL',
      datasets: [],
      lockedFilters: [locked('EQUALS', ['DL'])],
    })
    expect(scope.permissions).toMatchObject({
      dashboards: [],
      datasets: [new Set()],
      lockedFilters: [{ dataset: 'flights', dimension: 'carrier', operator: 'EQUALS', values: ['DL'] }],
    })
  })

  it('lives an hour where nothing is said, and null is nothing', async () => {
    const nothing = {
      subject: null,
      dashboards: null,
      datasets: null,
      lockedFilters: null,
      expiresInSeconds: null,
    }
    const claims = decodeJwt(await kit.guestToken({ tenantId: 'ATL', ...nothing }))
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600)
    const always = ['aud', 'env_id', 'exp', 'iat', 'iss', 'jti', 'org_id', 'tenant_id']
    expect(Object.keys(claims).sort()).toEqual([...always, 'api_key_id', 'minted_at_us'].sort())
  })

  it('is written into the audit log without itself', async () => {
    const token = await kit.guestToken({ tenantId: 'BOS', subject: 'bob' })
    await kit.audit.flush()
    const rows = await store.transaction(kit.environment, (transaction) =>
      transaction.select().from(auditEvents),
    )
    const [row] = rows.filter(({ tenantId }) => tenantId === 'BOS')
    expect(row).toMatchObject({
      kind: 'token.minted',
      outcome: 'SUCCEEDED',
      tenantId: 'BOS',
      subject: 'bob',
      apiKeyId: kit.host.apiKeyId,
      tokenId: decodeJwt(token).jti,
    })
    expect(JSON.stringify(rows)).not.toContain(token.split('.')[2])
  })
})

describe('minting is refused', () => {
  it('without the scope tokens:create', async () => {
    const { secret, prefix } = newApiKey()
    const row = {
      ...kit.environment,
      id: crypto.randomUUID(),
      name: 'reader',
      prefix,
      secretHash: hashApiKey(secret),
    }
    await store.transaction(kit.environment, (transaction) =>
      transaction.insert(apiKeys).values({ ...row, scopes: ['model:write', 'audit:read'] }),
    )
    const credential = await authenticate(`Bearer ${secret}`, kit.deps)
    if (credential.kind !== 'host') throw new Error('not a host')
    const terms = {
      ...kit.deps,
      store,
      catalogue,
      audit: kit.audit,
      rates: testRates(),
      placing: placedByRule,
      requestId: null,
    }
    await expect(mintGuestToken(credential.host, { tenantId: 'ATL' }, terms)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'The credential does not permit this. Expected an API key with the scope tokens:create.',
    })
  })

  it.each(['', 'a'.repeat(257), 'ATL\n', 'ATL\ud800'])('for the tenant id %j', async (tenantId) => {
    expect(await refusal({ tenantId })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.tenantId',
      expected: 'a tenant id of 1 to 256 characters without control characters or lone surrogates',
    })
  })

  it('for a subject that is no name', async () => {
    expect(await refusal({ tenantId: 'ATL', subject: '\0' })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.subject',
      expected: 'a name of 1 to 256 characters without control characters or lone surrogates',
    })
  })

  it.each([0, -1, 0.5, 86_401, Number.NaN, Number.POSITIVE_INFINITY])(
    'for a life of %d seconds',
    async (seconds) => {
      expect(await refusal({ tenantId: 'ATL', expiresInSeconds: seconds })).toEqual({
        code: 'BAD_USER_INPUT',
        argument: 'input.expiresInSeconds',
        expected: 'a whole number from 1 to 86400',
      })
    },
  )

  it('for a dashboard that is not there, with the nearest names', async () => {
    expect(await refusal({ tenantId: 'ATL', dashboards: ['delays', 'departure'] })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.dashboards.1',
      expected: 'the name of a dashboard for this tenant',
      allowed: ['departures', 'delays', 'atl_board'],
    })
  })

  it("for another tenant's dashboard, as if it were not there", async () => {
    expect(await refusal({ tenantId: 'ATL', dashboards: ['jfk_board'] })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.dashboards.0',
      expected: 'the name of a dashboard for this tenant',
      allowed: ['atl_board', 'delays', 'departures'],
    })
  })

  it('for a dataset that is not there, with the nearest names', async () => {
    expect(await refusal({ tenantId: 'ATL', datasets: ['airports', 'flight'] })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.datasets.1',
      expected: 'the name of a dataset',
      allowed: ['flights', 'airports', 'bookings'],
    })
  })

  it.each(['__proto__', 'constructor', 'toString', ''])('for the dataset %j', async (name) => {
    expect(await refusal({ tenantId: 'ATL', datasets: [name] })).toMatchObject({
      argument: 'input.datasets.0',
    })
  })

  it('where the token would be larger than 8 kB', async () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `carrier ${index}`)
    const { code, argument, expected } = await refusal({
      tenantId: 'ATL',
      lockedFilters: [locked('EQUALS', values)],
    })
    expect({ code, argument }).toEqual({ code: 'BAD_USER_INPUT', argument: 'input' })
    expect(expected).toMatch(/^grants that fit into a token of 8192 bytes, not \d{5}$/)
  })
})

describe('a locked filter', () => {
  it.each([
    ['EQUALS', ['DL']],
    ['EQUALS', []],
    ['NOT_EQUALS', ['DL', 'AA']],
    ['STARTS_WITH', ['D']],
    ['IS_NULL', []],
    ['IS_NOT_NULL', []],
    ['BETWEEN', ['A', 'M']],
  ] as const)('may be %s %j', async (operator, values) => {
    const { permissions } = await kit.scopeFor({ tenantId: 'ATL', lockedFilters: [locked(operator, values)] })
    expect(permissions.lockedFilters).toEqual([locked(operator, values)])
  })

  it.each([
    ['distance', 'BETWEEN', [100, 500]],
    ['distance', 'GREATER_THAN', [100]],
    ['is_late', 'EQUALS', [true]],
    ['departed_at', 'GREATER_THAN_OR_EQUALS', ['2001-01-01T00:00:00Z']],
  ] as const)('may be about %s: %s %j', async (name, operator, values) => {
    const filter = locked(operator, values, name)
    const { permissions } = await kit.scopeFor({ tenantId: 'ATL', lockedFilters: [filter] })
    expect(permissions.lockedFilters).toEqual([filter])
  })

  it('without a dataset may be about a dimension of every dataset that the token can reach', async () => {
    const filter = { dimension: 'carrier', operator: 'EQUALS', values: ['DL'] } as const
    const input = { tenantId: 'ATL', datasets: ['flights', 'bookings'], lockedFilters: [filter] }
    expect((await kit.scopeFor(input)).permissions.lockedFilters).toEqual([filter])
  })

  it('without a dataset is refused where one dataset that the token can reach could not apply it', async () => {
    const filter = { dimension: 'carrier', operator: 'EQUALS', values: ['DL'] } as const
    expect(await refusal({ tenantId: 'ATL', lockedFilters: [filter] })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.lockedFilters.0.dimension',
      expected:
        'a dimension of every dataset that the token can reach, which airports lacks; name the dataset that the filter is about, or leave the others out of input.datasets',
      allowed: [],
    })
  })

  it('of an unknown dataset is refused, with the nearest names', async () => {
    const filter = { dataset: 'flight', dimension: 'carrier', operator: 'EQUALS', values: ['DL'] } as const
    expect(await refusal({ tenantId: 'ATL', lockedFilters: [locked('EQUALS', ['DL']), filter] })).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'input.lockedFilters.1.dataset',
      expected: 'the name of a dataset',
      allowed: ['flights', 'airports', 'bookings'],
    })
  })

  it('of an unknown dimension is refused, with the nearest names', async () => {
    expect(await refusal({ tenantId: 'ATL', lockedFilters: [locked('EQUALS', ['DL'], 'carriers')] })).toEqual(
      {
        code: 'BAD_USER_INPUT',
        argument: 'input.lockedFilters.0.dimension',
        expected: 'a dimension of the dataset flights',
        allowed: ['carrier', 'distance', 'is_late', 'departed_at'],
      },
    )
  })

  it.each([
    ['BETWEEN', [1], '2 values with BETWEEN'],
    ['BETWEEN', [1, 2, 3], '2 values with BETWEEN'],
    ['IS_NULL', [1], 'no values with IS_NULL'],
    ['GREATER_THAN', [], 'one value with GREATER_THAN'],
    ['GREATER_THAN', [1, 2], 'one value with GREATER_THAN'],
    ['NOT_EQUALS', [], '1 to 1000 values with NOT_EQUALS'],
    ['EQUALS', Array.from({ length: 1_001 }, () => 1), '0 to 1000 values with EQUALS'],
  ] as const)('with %s takes no other number of values (%#)', async (operator, values, expected) => {
    expect(await refusal({ tenantId: 'ATL', lockedFilters: [locked(operator, values, 'distance')] })).toEqual(
      {
        code: 'BAD_USER_INPUT',
        argument: 'input.lockedFilters.0.values',
        expected,
      },
    )
  })

  it.each([
    ['carrier', [1], 'a string'],
    ['carrier', ['\ud800'], 'a well-formed string, without lone surrogates'],
    ['carrier', [null], 'a value that is not null; IS_NULL tests for null'],
    ['distance', ['far'], 'a finite number, or its decimal text'],
    ['distance', [Number.NaN], 'a finite number, or its decimal text'],
    ['is_late', [1], 'true or false'],
    ['departed_at', ['yesterday'], 'an RFC 3339 instant from 1900 to 2299, such as 2001-03-01T00:00:00Z'],
    [
      'departed_at',
      ['2001-02-30T00:00:00Z'],
      'an RFC 3339 instant from 1900 to 2299, such as 2001-03-01T00:00:00Z',
    ],
  ] as const)('about %s takes no value %j', async (name, values, expected) => {
    const filters = [locked('IS_NOT_NULL', []), locked('EQUALS', values, name)]
    expect(await refusal({ tenantId: 'ATL', lockedFilters: filters })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.lockedFilters.1.values.0',
      expected,
    })
  })

  it('takes no operator that does not fit the type', async () => {
    expect(
      await refusal({ tenantId: 'ATL', lockedFilters: [locked('CONTAINS', ['1'], 'distance')] }),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.lockedFilters.0.operator',
    })
  })
})
