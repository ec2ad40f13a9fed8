import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate } from '../../src/access/credential.ts'
import { openEnvironmentOrigins } from '../../src/access/environment-origins.ts'
import { createTokenUse } from '../../src/access/token-limits.ts'
import { createApp } from '../../src/http/app.ts'
import { createReadiness } from '../../src/http/health.ts'
import { createRequestContext } from '../../src/http/request-context.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'
import { createLiveHub } from '../../src/live/live.ts'
import { createCatalogueCache } from '../../src/model/catalogue-cache.ts'
import { schema } from '../../src/schema.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { someSources } from '../support/data-sources.ts'
import { someExports } from '../support/exports.ts'
import { permissionsQuery } from '../support/grants-questions.ts'
import { somePlaces } from '../support/places.ts'
import { testRates } from '../support/rates.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, signRaw, silent, type TokenKit } from '../support/tokens.ts'

/** A server whose signing key the test holds: it can say in a token whatever it likes. */
const store = await openTestStore()
let kit: TokenKit
let server: RunningServer

beforeAll(async () => {
  kit = await openTokenKit(store)
  const catalogues = await createCatalogueCache({ store, log: silent })
  const { keyring, issuers, audit, deps } = kit
  const dependencies = {
    ...{ store, keyring, issuers, catalogues, audit, issuer: deps.issuer, audience: deps.audience },
    ...{
      ...someSources(store),
      limits: defaultLimits,
      questionsPerRequest: 10,
      tellsCost: true,
      tokenUse: createTokenUse(),
      rates: testRates(),
      origins: await openEnvironmentOrigins({ store, log: silent }),
      tokenEnds: deps.tokenEnds,
      revocations: kit.revocations,
      ...somePlaces(store),
      ...someExports(store),
      answerBytesMax: 1_000_000,
      live: createLiveHub({ streamsPerToken: 1, streamsPerTenant: 1, questionsPerTenant: 1 }),
    },
  }
  const handler = createApp({
    ...{
      schema,
      audit,
      log: silent,
      introspection: false,
      graphiql: null,
      embed: null,
      allowsOrigin: () => false,
    },
    authenticate: (authorization) => authenticate(authorization, deps),
    turnsAway: () => false,
    createContext: (credential, request) => createRequestContext(credential, request, dependencies),
    jwks: { environmentId: kit.environment.environmentId, publicKeys: keyring.publicKeys },
    takeExport: async () => null,
    unsentBytesMax: 1_000_000,
    readiness: createReadiness([]),
  })
  server = await startServer({ host: '127.0.0.1', port: 0, handler })
})
afterAll(async () => {
  await server.close()
  await kit.audit.close()
  await store.close()
})

async function answerTo(claims: object) {
  const { keyId, key } = await kit.keyring.signingKey(kit.environment)
  const seconds = Math.floor(Date.now() / 1000)
  const payload = {
    ...{ iss: 'tessera', aud: 'tessera', jti: randomUUID(), iat: seconds, exp: seconds + 60 },
    org_id: kit.environment.organizationId,
    env_id: kit.environment.environmentId,
    tenant_id: 'acme',
    ...claims,
  }
  const header = { alg: 'EdDSA', kid: keyId, typ: 'guest+jwt' }
  const token = await signRaw(key, JSON.stringify(header), JSON.stringify(payload))
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: permissionsQuery }),
  })
  return { status: response.status, body: await response.json() }
}

const locked = { dimension: 'region', operator: 'EQUALS', values: ['north'] }

describe('a token that is signed, but says', () => {
  test.each<[string, object]>([
    ['a claim that is not known here', { allowed_regions: ['north'] }],
    ['a claim in the spelling of the input', { hiddenWidgets: ['total'] }],
    ['metrics, which only roles and policies grant', { allowed_metrics: ['revenue'] }],
    ['permissions, which only roles and policies grant', { permissions: ['margin'] }],
    ['null where a list belongs', { dashboard_ids: null }],
    ['text where a list belongs', { dataset_ids: 'orders' }],
    ['a number among names', { widget_ids: ['total', 1] }],
    ['a control character in a name', { hidden_widgets: ['to\ntal'] }],
    ['a locked filter with an unknown member', { locked_filters: [{ ...locked, unless: 'admin' }] }],
    ['a locked filter with an unknown operator', { locked_filters: [{ ...locked, operator: 'LIKE' }] }],
    ['a locked filter without an operator', { locked_filters: [{ dimension: 'region', values: ['north'] }] }],
    ['a locked filter of null', { locked_filters: [{ ...locked, values: [null] }] }],
    ['a locked filter with too few values', { locked_filters: [{ ...locked, operator: 'BETWEEN' }] }],
    ['one locked filter outside of a list', { locked_filters: locked }],
    ['an unknown grain', { min_granularity: 'CENTURY' }],
    ['AUTO as a grain', { min_granularity: 'AUTO' }],
    ['a range of no days', { max_date_range_days: 0 }],
    ['a range of half a day', { max_date_range_days: 0.5 }],
    ['an instant as text', { earliest: '2024-01-01T00:00:00Z' }],
    ['a permission as text', { allow_drill_down: 'false' }],
    ['a limit that is not known here', { limits: { requests_per_hour: 5 } }],
    ['a limit of none', { limits: { requests_per_minute: 0 } }],
    ['attributes in a list', { attributes: ['north'] }],
    ['an attribute that is null', { attributes: { area: null } }],
    ['an attribute inside another', { attributes: { area: { name: 'north' } } }],
    ['an attribute of an odd name', { attributes: { 'area ': 'north' } }],
    ['a role that there is not', { role: 'nobody' }],
    ['a role of the language', { role: 'constructor' }],
    ['an empty role', { role: '' }],
    ['a policy that there is not', { policy: 'nothing' }],
  ])('%s is refused with 401', async (_, claims) => {
    expect(await answerTo(claims)).toEqual({
      status: 401,
      body: {
        errors: [
          {
            message: 'The credential is missing, malformed, expired or not accepted.',
            extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
          },
        ],
      },
    })
  })

  test('what is known here is answered, and names that there are not grant nothing', async () => {
    const { status, body } = await answerTo({
      role: 'analyst',
      dashboard_ids: ['long_gone'],
      dataset_ids: [],
      hidden_widgets: ['total'],
      allowed_periods: ['today'],
      min_granularity: 'MONTH',
      max_date_range_days: 31,
      earliest: 1_704_067_200,
      allow_drill_down: false,
      allow_export: false,
      limits: { requests_per_minute: 5, concurrent_queries: 1 },
      attributes: { area: 'north', areas: ['north', 1, true] },
    })
    expect({ status, permissions: body.data.viewer.permissions }).toMatchObject({
      status: 200,
      permissions: {
        adHoc: true,
        drillDown: false,
        export: false,
        earliest: '2024-01-01T00:00:00Z',
        maxDateRangeDays: 31,
        minGranularity: 'MONTH',
        periods: { all: false, names: ['today'] },
      },
    })
  })
})
