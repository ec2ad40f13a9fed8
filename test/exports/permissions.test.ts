import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportRefusal, fetchFile, makeExport } from '../support/exports.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(grantsModel(), { environment: { TESSERA_EXPORT_MAX_ROWS: '5' } })
})
afterAll(() => server.close())

const id = (widget: string) => Buffer.from(`Widget:${widget}`).toString('base64url')
const forms = {
  widget: { format: 'CSV', widget: { id: id('sales/total') } },
  drillDown: {
    format: 'CSV',
    drillDown: { id: id('sales/total'), filters: [{ dimension: 'region', values: ['south'] }] },
  },
  table: { format: 'CSV', table: { metrics: ['revenue'], dimensions: ['region'] } },
  records: {
    format: 'CSV',
    records: {
      dataset: 'orders',
      columns: ['region'],
      filters: [{ dimension: 'region', values: ['south'] }],
    },
  },
}
const noExport = {
  code: 'FORBIDDEN',
  message: 'The credential does not permit this. Expected a token with export.',
}
const noDrillDown = {
  code: 'FORBIDDEN',
  message: 'The credential does not permit this. Expected a token with drill-down.',
}
const noAdHoc = {
  code: 'FORBIDDEN',
  message: 'The credential does not permit this. Expected a token with ad-hoc questions.',
}

async function outcomes(grants: object) {
  const token = await server.guestToken({ tenantId: 'acme', ...grants })
  const names = Object.keys(forms) as (keyof typeof forms)[]
  const entries = names.map(async (name) => {
    const refused = await exportRefusal(server, token, forms[name]).catch(() => 'made')
    return [name, refused] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

test('what a token may export is what it may ask, where it may export at all', async () => {
  expect(await outcomes({})).toEqual({ widget: 'made', drillDown: 'made', table: 'made', records: 'made' })
  expect(await outcomes({ allowExport: false })).toEqual({
    widget: noExport,
    drillDown: noExport,
    table: noExport,
    records: noExport,
  })
  expect(await outcomes({ allowDrillDown: false })).toEqual({
    widget: 'made',
    drillDown: noDrillDown,
    table: 'made',
    records: noDrillDown,
  })
  expect(await outcomes({ allowAdHoc: false })).toEqual({
    widget: 'made',
    drillDown: 'made',
    table: noAdHoc,
    records: noAdHoc,
  })
})

test('an API key exports nothing', async () => {
  expect(await exportRefusal(server, server.apiKey, forms.widget)).toEqual({
    code: 'FORBIDDEN',
    message: 'The credential does not permit this.',
  })
})

describe('a file has all rows or is none', () => {
  const all = { dataset: 'orders', columns: ['region', 'amount'] }

  test('more rows than there may be are refused before there is a link', async () => {
    const token = await server.guestToken({ tenantId: 'acme' })
    expect(await exportRefusal(server, token, { format: 'CSV', records: all })).toEqual({
      code: 'QUERY_TOO_LARGE',
      message:
        'The query is larger than its limits. input: expected at most 5 rows in one file of this format, not 6.',
      argument: 'input',
    })
  })

  test('and rows that came since break the download', async () => {
    const token = await server.guestToken({ tenantId: 'now' })
    // In order, all rows come at once; else those from before may be on their way when the others come.
    const records = { ...all, orderBy: [{ by: 'amount', order: 'ASC' }] }
    const { url } = await makeExport(server, token, { format: 'CSV', records })
    await server.execute(
      `insert into demo.orders select 'now', now(), now(), today(), 'c1', 'north', 'bolt', 7, 1, true from numbers(9)`,
    )
    const response = await fetch(url)
    expect([response.status, Object(await response.json()).errors[0].extensions.code]).toEqual([
      400,
      'QUERY_TOO_LARGE',
    ])
  })

  test('of the token’s own rows, locked filters included', async () => {
    const lockedFilters = [{ dataset: 'orders', dimension: 'region', values: ['north'] }]
    const token = await server.guestToken({ tenantId: 'acme', lockedFilters })
    const records = { ...all, orderBy: [{ by: 'amount', order: 'ASC' }] }
    expect((await fetchFile(server, token, { format: 'JSON_LINES', records })).toString()).toBe(
      '{"region":"north","amount":10}\n{"region":"north","amount":30}\n{"region":"north","amount":60}\n',
    )
  })
})

test.each([
  [{ format: 'CSV' }, 'input: expected exactly one of widget, drillDown, table and records'],
  [
    { ...forms.widget, ...forms.table },
    'input: expected exactly one of widget, drillDown, table and records',
  ],
  [{ ...forms.widget, fileName: ' ' }, 'input.fileName: expected a name of 1 to 200 characters'],
  [{ format: 'CSV', widget: { id: 'x' } }, 'input.widget.id: expected an id that this API answered with'],
])('%j is refused', async (input, expected) => {
  const token = await server.guestToken({ tenantId: 'acme' })
  const { code, message } = await exportRefusal(server, token, input)
  expect([code, message]).toEqual(['BAD_USER_INPUT', `An argument is not of the allowed form. ${expected}.`])
})

test('a widget that may not be seen is not there', async () => {
  const token = await server.guestToken({ tenantId: 'acme' })
  for (const name of ['sales/costs', 'else_board/theirs', 'sales/none']) {
    expect(await exportRefusal(server, token, { format: 'CSV', widget: { id: id(name) } })).toEqual({
      code: 'NOT_FOUND',
      message: 'It does not exist, or the credential may not see it.',
    })
  }
})
