import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantsModel, withRowRules } from '../support/grants-model.ts'
import { kinds, questions, samples, widgetQuery } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const admin = { tenantId, role: 'admin' }

async function ask(token: string, kind: keyof typeof questions, input: object): Promise<unknown> {
  return (await server.data(token, questions[kind], { input }))[kind]
}

function missing(expected: string) {
  return {
    code: 'ATTRIBUTE_MISSING',
    message: `The credential lacks an attribute that a row rule needs. Expected ${expected}.`,
  }
}

const area = '{ dimension: region, equals: { attribute: area } }'
const least = '{ dimension: amount, greaterThan: { attribute: least } }'

describe('a row rule', () => {
  test.each<[string, object, number]>([
    [area, { area: 'north' }, 100],
    [area, { area: 'nowhere' }, 0],
    ['{ dimension: region, in: { attribute: areas } }', { areas: ['north', 'east'] }, 140],
    ['{ dimension: region, in: { attribute: areas } }', { areas: [] }, 0],
    ['{ dimension: region, in: [south, { attribute: area }] }', { area: 'north' }, 170],
    ['{ dimension: region, in: [south, east] }', {}, 110],
    [least, { least: 30 }, 150],
    ['{ dimension: amount, greaterThanOrEquals: { attribute: least } }', { least: 30 }, 180],
    ['{ dimension: amount, lessThan: { attribute: most } }', { most: 30 }, 30],
    ['{ dimension: amount, lessThanOrEquals: { attribute: most } }', { most: 30 }, 60],
    ['{ dimension: amount, between: [{ attribute: least }, 40] }', { least: 20 }, 90],
    ['{ dimension: amount, in: { attribute: sizes } }', { sizes: [10, 60] }, 70],
    ['{ dimension: express, equals: { attribute: fast } }', { fast: true }, 50],
    [
      '{ dimension: ordered_at, greaterThanOrEquals: { attribute: since } }',
      { since: '2024-03-01T00:00:00Z' },
      110,
    ],
    ['{ dimension: due, lessThan: { attribute: before } }', { before: '2024-01-25' }, 10],
    [`{ and: [${area}, ${least}] }`, { area: 'north', least: 20 }, 90],
    [`{ or: [${area}, ${least}] }`, { area: 'north', least: 40 }, 150],
    [`{ not: ${area} }`, { area: 'north' }, 110],
    [`{ not: { or: [${area}, { not: ${least} }] } }`, { area: 'north', least: 20 }, 90],
    [`${area}, ${least}`, { area: 'north', least: 20 }, 90],
    ['{ dimension: country, in: { attribute: countries } }', { countries: ['DE'] }, 80],
    ['{ not: { dimension: country, equals: { attribute: country } } }', { country: 'DE' }, 130],
    ['{ dimension: region, equals: { attribute: constructor } }', { constructor: 'north' }, 100],
  ])('%s with %j lets exactly its rows through, for everybody', async (rule, attributes, revenue) => {
    await server.apply(withRowRules(grantsModel(), 'orders', `[${rule}]`))
    for (const role of [undefined, 'viewer', 'admin']) {
      const token = await server.guestToken({ tenantId, role, attributes })
      expect(await server.data(token, widgetQuery, { dashboard: 'sales', name: 'total' })).toEqual({
        dashboard: { widget: { data: { value: revenue } } },
      })
    }
  })

  test.each([
    [area, {}, 'a token with the attribute area, a single value'],
    [area, { AREA: 'north' }, 'a token with the attribute area, a single value'],
    [area, { area: ['north'] }, 'a token with the attribute area, a single value'],
    [
      '{ dimension: region, in: { attribute: areas } }',
      { areas: 'north' },
      'a token with the attribute areas, a list',
    ],
    [`{ not: ${area} }`, {}, 'a token with the attribute area, a single value'],
    [
      `{ or: [{ dimension: amount, greaterThan: 0 }, ${area}] }`,
      {},
      'a token with the attribute area, a single value',
    ],
    [`{ and: [${area}, ${least}] }`, { area: 'north' }, 'a token with the attribute least, a single value'],
    [
      '{ dimension: region, equals: { attribute: constructor } }',
      {},
      'a token with the attribute constructor, a single value',
    ],
  ])('%s with %j lets no row through and says why', async (rule, attributes, expected) => {
    // Made before the rule, which would have refused some of them.
    await server.apply(grantsModel())
    const token = await server.guestToken({ ...admin, attributes })
    await server.apply(withRowRules(grantsModel(), 'orders', `[${rule}]`))
    for (const kind of kinds)
      expect(await server.refusal(token, questions[kind], { input: samples[kind] })).toEqual(
        missing(expected),
      )
    const widget = { dashboard: 'sales', name: 'monthly' }
    expect(await server.refusal(token, widgetQuery, widget)).toEqual(missing(expected))
    const values =
      '{ dashboard(name: "sales") { widget(name: "total") { name } filters { values { values { value } } } } }'
    const { body } = await server.post(token, { query: values })
    expect(body.errors?.[0]?.message).toBe(missing(expected).message)
    // What the rule is not about answers.
    expect(await ask(token, 'counter', { metric: 'customer_count' })).toEqual({ value: 3 })
  })

  test('cannot be widened by a filter, and may read what the guest may not name', async () => {
    await server.apply(withRowRules(grantsModel(), 'orders', `[${area}]`))
    const attributes = { area: 'north' }
    const token = await server.guestToken({ tenantId, attributes, allowedDimensions: ['product'] })
    expect(await ask(token, 'topValues', { dataset: 'orders', dimension: 'product' })).toEqual({
      values: ['bolt', 'nut', 'screw'].map((value) => ({ value, count: 1 })),
    })
    const wide = await server.guestToken({ tenantId, attributes })
    const filters = [{ not: { dimension: 'region', values: ['north'] } }]
    expect(await ask(wide, 'counter', { metric: 'revenue', filters })).toEqual({ value: 0 })
  })

  test('narrows what a locked filter lets through, and is narrowed by it', async () => {
    await server.apply(withRowRules(grantsModel(), 'orders', `[${area}]`))
    const lockedFilters = [{ dataset: 'orders', dimension: 'product', values: ['nut', 'screw'] }]
    const token = await server.guestToken({ tenantId, attributes: { area: 'north' }, lockedFilters })
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 90 })
  })

  test('that comes after a token of another type lets no row through', async () => {
    await server.apply(grantsModel())
    const token = await server.guestToken({ ...admin, attributes: { area: 5, least: 'much' } })
    await server.apply(withRowRules(grantsModel(), 'orders', `[${area}]`))
    expect(await server.refusal(token, questions.counter, { input: { metric: 'revenue' } })).toEqual(
      missing('a token whose attribute area is a string'),
    )
    await server.apply(withRowRules(grantsModel(), 'orders', `[${least}]`))
    expect(await server.refusal(token, questions.counter, { input: { metric: 'revenue' } })).toEqual(
      missing('a token whose attribute least is a finite number, or its decimal text'),
    )
  })
})

describe('a row rule of a dataset that another one joins', () => {
  const rule = '[{ dimension: segment, in: { attribute: segments } }]'

  test('hides its columns and never a fact', async () => {
    await server.apply(withRowRules(grantsModel(), 'customers', rule))
    const token = await server.guestToken({ ...admin, attributes: { segments: ['wholesale'] } })
    expect(await ask(token, 'counter', { metric: 'customer_count' })).toEqual({ value: 1 })
    expect(await ask(token, 'table', { metrics: ['revenue'], dimensions: ['country'] })).toEqual({
      rows: [
        [null, 170],
        ['DE', 40],
      ],
      rowCount: 2,
    })
    const filters = [{ dimension: 'country', values: ['FR'] }]
    expect(await ask(token, 'counter', { metric: 'revenue', filters })).toEqual({ value: 0 })
  })

  test('needs its attribute where its columns are read, and there alone', async () => {
    await server.apply(withRowRules(grantsModel(), 'customers', rule))
    const token = await server.guestToken(admin)
    const refused = missing('a token with the attribute segments, a list')
    const byCountry = { metrics: ['revenue'], dimensions: ['country'] }
    const filtered = { metric: 'revenue', filters: [{ dimension: 'country', values: ['DE'] }] }
    expect(await server.refusal(token, questions.table, { input: byCountry })).toEqual(refused)
    expect(await server.refusal(token, questions.counter, { input: filtered })).toEqual(refused)
    expect(await ask(token, 'counter', { metric: 'revenue' })).toEqual({ value: 210 })
  })
})

describe('an attribute of the wrong type', () => {
  const rules = `[${area}, ${least}, { dimension: due, lessThan: { attribute: before } }, { dimension: region, in: { attribute: areas } }]`

  test.each([
    [{ area: 5 }, 'area', 'a string, because a row rule of orders compares region with it'],
    [{ area: true }, 'area', 'a string, because a row rule of orders compares region with it'],
    [
      { area: ['north'] },
      'area',
      'a token with the attribute area, a single value, because a row rule of orders compares region with it',
    ],
    [
      { areas: 'north' },
      'areas',
      'a token with the attribute areas, a list, because a row rule of orders compares region with it',
    ],
    [{ areas: ['north', 1] }, 'areas', 'a string, because a row rule of orders compares region with it'],
    [
      { least: 'much' },
      'least',
      'a finite number, or its decimal text, because a row rule of orders compares amount with it',
    ],
    [
      { before: '2024-02-30' },
      'before',
      'a date from 1900 to 2299, such as 2001-03-01, because a row rule of orders compares due with it',
    ],
  ])('%j is refused when a token is made', async (attributes, name, expected) => {
    await server.apply(withRowRules(grantsModel(), 'orders', rules))
    const argument = `input.attributes.${name}`
    expect(await server.mintingRefusal({ tenantId, attributes })).toEqual({
      code: 'BAD_USER_INPUT',
      message: `An argument is not of the allowed form. ${argument}: expected ${expected}.`,
      argument,
    })
  })
})
