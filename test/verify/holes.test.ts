import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes, formatReport, type Report } from '../../src/verify/report.ts'
import { type GroupName, verify } from '../../src/verify/run.ts'
import { claimedTenant, type Hole, openHoledFront, type Passed, withBearer } from '../support/holed-front.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

/** No dimension shows whose a row is: what crosses has to be told by the rows themselves. */
const model = {
  dataSources: [{ name: 'warehouse', kind: 'chdb' }],
  tenancy: { dataSource: 'warehouse' },
  datasets: [
    {
      name: 'flights',
      dataSource: 'warehouse',
      database: 'demo',
      table: 'flights',
      tenantColumn: 'origin',
      timeDimension: 'departed_at',
      dimensions: [
        { name: 'departed_at', type: 'time' },
        { name: 'destination', type: 'string' },
        { name: 'distance', type: 'number' },
      ],
      metrics: [
        { name: 'departures', aggregate: 'count' },
        { name: 'average_delay', aggregate: 'avg', column: 'delay' },
      ],
    },
  ],
  dashboards: [
    {
      name: 'departures',
      filters: [{ dimension: 'destination' }],
      widgets: [
        { name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'departures' } },
        {
          name: 'top',
          visualization: { kind: 'BAR' },
          leaderboard: { metric: 'departures', dimensions: ['destination'] },
        },
      ],
    },
    {
      name: 'of_orchard',
      tenant: 'ORD',
      widgets: [{ name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric: 'departures' } }],
    },
  ],
}

let server: TestServer
let tokens: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startTestServer()
  const query = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
  const { body } = await server.post(server.apiKey, { query, variables: { document: model } })
  expect(body.errors).toBeUndefined()
  tokens = {
    ATL: await server.guestToken({ tenantId: 'ATL' }),
    ORD: await server.guestToken({ tenantId: 'ORD' }),
  }
})

afterAll(() => server.close())

async function verifyBehind(hole: Hole, groups: readonly GroupName[], more: object = {}): Promise<Report> {
  const front = await openHoledFront(server.url, hole)
  try {
    return await verify({
      url: front.url,
      apiKey: server.apiKey,
      tenants: ['ATL', 'ORD'],
      maxSeconds: 120,
      concurrency: 2,
      groups,
      ...more,
    })
  } finally {
    await front.close()
  }
}

/** In which groups something crossed, and with which status the command would end. */
function told(report: Report) {
  const groups = report.groups.filter(({ crossed }) => crossed > 0).map(({ name }) => name)
  return { groups, status: exitCodes[report.verdict], verdict: report.verdict }
}

const tokenOf = (tenantId: string) => tokens[tenantId] ?? ''
const other = (tenantId: string) => (tenantId === 'ATL' ? 'ORD' : 'ATL')

describe('a hole made on purpose is found and named', () => {
  test('none, and nothing crosses: these tests can fail', async () => {
    const report = await verifyBehind(
      (passing, forward) => forward(passing),
      ['operations', 'ids', 'repetition', 'cursors', 'filters', 'locks'],
      { every: 9 },
    )
    expect([told(report), report.crossings, report.failures]).toEqual([
      { groups: [], status: 0, verdict: 'held' },
      [],
      [],
    ])
  }, 120_000)

  test('a cache that forgets whose answer it keeps', async () => {
    const kept = new Map<string, Passed>()
    const report = await verifyBehind(
      async (passing, forward) => {
        if (passing.body.includes('"query":"mutation')) return forward(passing)
        const key = passing.path + passing.body
        const known = kept.get(key)
        if (known !== undefined) return known
        const answer = await forward(passing)
        kept.set(key, answer)
        return answer
      },
      ['repetition'],
    )
    expect(told(report)).toEqual({ groups: ['repetition'], status: 1, verdict: 'crossed' })
  }, 120_000)

  test('any token that names a tenant is accepted', async () => {
    const report = await verifyBehind(
      async (passing, forward) => {
        const answer = await forward(passing)
        const tenantId = claimedTenant(passing)
        if (answer.status !== 401 || tenantId === null || tokens[tenantId] === undefined) return answer
        return forward(withBearer(passing, tokenOf(tenantId)))
      },
      ['tampering'],
    )
    expect(told(report)).toEqual({ groups: ['tampering'], status: 1, verdict: 'crossed' })
    const crossings = report.crossings.map(({ what }) => what)
    expect(crossings).toContain("the other tenant's id written into the payload")
    expect(crossings).toContain('a token that was revoked')
  }, 120_000)

  test('locked filters are lost when a token is made', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        if (!passing.body.includes('lockedFilters')) return forward(passing)
        const { variables, ...rest } = JSON.parse(passing.body)
        const { lockedFilters: _, ...input } = variables.input
        return forward({ ...passing, body: JSON.stringify({ ...rest, variables: { input } }) })
      },
      ['locks'],
    )
    expect(told(report)).toEqual({ groups: ['locks'], status: 1, verdict: 'crossed' })
  }, 120_000)

  test('every seventh request of one tenant is answered as the other’s', async () => {
    let count = 0
    const report = await verifyBehind(
      (passing, forward) => {
        const isQuestion = claimedTenant(passing) === 'ATL' && !passing.body.includes('viewer')
        if (!isQuestion) return forward(passing)
        count += 1
        return forward(count % 7 === 0 ? withBearer(passing, tokenOf('ORD')) : passing)
      },
      ['repetition'],
    )
    expect(told(report).status).toBe(1)
    expect(told(report).groups).toContain('repetition')
  }, 120_000)

  test('the credential is another one for pages after the first', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        const tenantId = claimedTenant(passing)
        if (tenantId === null || !passing.body.includes('"after":')) return forward(passing)
        return forward(withBearer(passing, tokenOf(other(tenantId))))
      },
      ['cursors'],
    )
    expect(told(report)).toEqual({ groups: ['cursors'], status: 1, verdict: 'crossed' })
  }, 120_000)

  test('guests may do what hosts may', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        const isTried = passing.body.includes('"query":"mutation') || passing.body.includes('auditEvents')
        const isGuests = claimedTenant(passing) !== null
        return forward(isTried && isGuests ? withBearer(passing, server.apiKey) : passing)
      },
      ['operations'],
    )
    expect(told(report)).toEqual({ groups: ['operations'], status: 1, verdict: 'crossed' })
    const crossed = new Set(report.crossings.map(({ what }) => what.split(' ')[0]))
    expect([crossed.has('createGuestToken'), crossed.has('auditEvents')]).toEqual([true, true])
    expect(formatReport(report)).toContain('mutation Mint($input: CreateGuestTokenInput!)')
  }, 120_000)

  test('a filter is dropped where it names a value of another tenant', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        const { variables, ...rest } = passing.body === '' ? {} : JSON.parse(passing.body)
        if (variables?.input?.filters === undefined) return forward(passing)
        const { filters: _, ...input } = variables.input
        const body = JSON.stringify({ ...rest, variables: { ...variables, input } })
        return forward({ ...withBearer(passing, tokenOf(other(claimedTenant(passing) ?? ''))), body })
      },
      ['filters'],
    )
    expect(told(report)).toEqual({ groups: ['filters'], status: 1, verdict: 'crossed' })
  }, 120_000)
})

describe('a hole in what was granted is found', () => {
  test('grants that are lost when a token is made, each by its name', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        if (!passing.body.includes('"query":"mutation')) return forward(passing)
        const { variables, ...rest } = JSON.parse(passing.body)
        const { tenantId, expiresInSeconds } = variables.input
        const input = { tenantId, expiresInSeconds }
        return forward({ ...passing, body: JSON.stringify({ ...rest, variables: { input } }) })
      },
      ['grants'],
    )
    expect(told(report)).toEqual({ groups: ['grants'], status: 1, verdict: 'crossed' })
    const grants = [
      'datasets',
      'dashboards',
      'widgets',
      'hiddenWidgets',
      'allowedDimensions',
      'allowAdHoc',
      'allowDrillDown',
      'allowedPeriods',
      'maxDateRangeDays',
      'minGranularity',
      'earliest',
      'origins',
    ]
    const found = grants.filter((grant) =>
      report.crossings.some(({ what }) => what.includes(` ${grant} `) || what.startsWith(grant)),
    )
    expect(found).toEqual(grants)
  }, 120_000)

  test('a dashboard of another tenant, by its id', async () => {
    const report = await verifyBehind(
      (passing, forward) => {
        const { variables } = passing.body === '' ? {} : JSON.parse(passing.body)
        const key = Buffer.from(String(variables?.id ?? ''), 'base64url').toString('utf8')
        const isOthers = key.includes('of_orchard') && claimedTenant(passing) === 'ATL'
        return forward(isOthers ? withBearer(passing, tokenOf('ORD')) : passing)
      },
      ['ids'],
    )
    expect(told(report)).toEqual({ groups: ['ids'], status: 1, verdict: 'crossed' })
  })
})

describe('a run that proves nothing does not pass', () => {
  test('tenants without rows', async () => {
    const report = await verifyBehind((passing, forward) => forward(passing), [], {
      tenants: ['none', 'nil'],
    })
    expect(told(report)).toEqual({ groups: [], status: 2, verdict: 'proves nothing' })
  })

  test('a time that is over before everything was tried, and what was not', async () => {
    const report = await verifyBehind(
      async (passing, forward) => {
        if (passing.body.includes('query Own')) await setTimeout(2_000)
        return forward(passing)
      },
      ['ids'],
      { maxSeconds: 5 },
    )
    expect(told(report)).toEqual({ groups: [], status: 2, verdict: 'unfinished' })
    expect(report.notTried).toContain('ids: viewer and the lists of what there is')
  })

  test('a server that fails where it should answer or refuse', async () => {
    const report = await verifyBehind(
      (passing, forward) =>
        passing.body.includes('drillDown(first: 1)')
          ? Promise.resolve({ status: 502, type: 'text/html', body: '<html>' })
          : forward(passing),
      ['ids'],
    )
    expect([told(report).status, told(report).verdict]).toEqual([2, 'failed'])
  })
})
