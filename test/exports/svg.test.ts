import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportRefusal, makeExport } from '../support/exports.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'
import { elementsOf, parseXml, textOf } from '../support/xml.ts'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`

const model = grantsModel()
model.dashboards.push({
  name: 'pictures',
  title: 'Pictures',
  widgets: [
    {
      ...{ name: 'share', title: 'Share & more', visualization: { kind: 'PIE' } },
      leaderboard: { metric: 'revenue', dimensions: ['region'] },
    },
    {
      ...{ name: 'lines', title: hostile, visualization: { kind: 'LINE' } },
      timeSeries: { metrics: ['revenue'], granularity: 'MONTH', groupBy: ['region'] },
    },
    { name: 'words', title: 'Words', visualization: { kind: 'TEXT', options: { text: 'Hello' } } },
  ],
})

let server: GrantsServer
let token: string

beforeAll(async () => {
  server = await startGrantsServer(model)
  token = await server.guestToken({ tenantId: 'acme' })
})
afterAll(() => server.close())

const id = (widget: string) => Buffer.from(`Widget:${widget}`).toString('base64url')
const timeRange = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }
const half = { between: { start: '2024-02-10T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }
const wish = (widget: string, svg?: object, controls: object = {}) => ({
  format: 'SVG',
  ...(svg && { svg }),
  widget: { id: id(widget), timeRange, ...controls },
})

async function pictureOf(input: object, credential = token) {
  const { url, fileName } = await makeExport(server, credential, input)
  const response = await fetch(url)
  const svg = await response.text()
  if (!response.ok) throw new Error(svg)
  const root = parseXml(svg)
  return { url, fileName, response, svg, root, texts: elementsOf(root).map(textOf) }
}

describe('a picture is XML with the title and the figures of its widget', () => {
  test.each([
    ['sales/total', 'Total', ['210']],
    ['sales/monthly', 'Monthly', ['Jan', 'Feb', 'Mar', '100']],
    ['sales/regions', 'Regions', ['north', 'south', 'east', '100']],
    ['sales/list', 'List', ['DE', 'bolt', '50']],
    ['pictures/share', 'Share & more', ['north', '100']],
  ])('%s', async (widget, title, figures) => {
    const { root, texts } = await pictureOf(wish(widget))
    expect(root).toMatchObject({ name: 'svg', attributes: { width: '800', height: '450', role: 'img' } })
    for (const text of [title, ...figures]) expect(texts.some((each) => each.includes(text))).toBe(true)
  })
})

test('it is a file of its own kind, behind a link that works once', async () => {
  const { url, fileName, response } = await pictureOf({ ...wish('sales/total'), fileName: 'März.svg' })
  expect(fileName).toBe('März.svg')
  const names = ['content-type', 'content-disposition', 'content-security-policy', 'x-content-type-options']
  expect(names.map((name) => response.headers.get(name))).toEqual([
    'image/svg+xml',
    `attachment; filename="Marz.svg"; filename*=UTF-8''M%C3%A4rz.svg`,
    "default-src 'none'; sandbox",
    'nosniff',
  ])
  expect((await fetch(url)).status).toBe(404)
})

test('it has the size, the language, the direction and the colors that were asked for', async () => {
  const svg = { width: 400, height: 4000, theme: 'DARK', locale: 'ar-EG' }
  const { root, svg: dark } = await pictureOf(wish('sales/total', svg))
  expect([root.attributes.width, root.attributes.height]).toEqual(['400', '4000'])
  const title = elementsOf(root).find((each) => each.name === 'text' && textOf(each) === 'Total')
  expect([title?.attributes.x, title?.attributes['text-anchor']]).toEqual(['380', 'end'])
  expect(textOf(root)).toContain('٢١٠')
  expect(dark).toContain('#14181f')
})

test('its own words are in the language that was asked for, and English where there are none', async () => {
  const compared = { compareTo: 'PREVIOUS_PERIOD', timeRange: half }
  const sentence = async (locale: string) => {
    const { root } = await pictureOf(wish('sales/total', { locale }, compared))
    return /gegenüber|compared with/.exec(textOf(root))?.[0]
  }
  expect(await Promise.all(['de-CH', 'fi'].map(sentence))).toEqual(['gegenüber', 'compared with'])
})

test('it stands without a title where that was asked for, and null is the default', async () => {
  const { texts } = await pictureOf(wish('sales/total', { title: false }))
  expect([texts.includes('Total'), texts.includes('210')]).toEqual([false, true])
  const nulls = { width: null, height: null, theme: null, locale: null, direction: null, title: null }
  expect((await pictureOf(wish('sales/total', nulls))).svg).toBe((await pictureOf(wish('sales/total'))).svg)
})

test('the controls and what the token is locked to hold', async () => {
  const south = { filters: [{ dimension: 'region', values: ['south'] }] }
  expect(textOf((await pictureOf(wish('sales/total', {}, south))).root)).toContain('70')
  const lockedFilters = [{ dataset: 'orders', dimension: 'region', values: ['north'] }]
  const narrow = await server.guestToken({ tenantId: 'acme', lockedFilters })
  const { texts } = await pictureOf(wish('sales/regions'), narrow)
  expect([texts.includes('north'), texts.includes('south')]).toEqual([true, false])
})

test('titles and values of dimensions are texts and never markup', async () => {
  const values = `'hostile', '2024-01-05 10:15:00', now(), today(), 'c1'`
  await server.execute(
    `insert into demo.orders select ${values}, '${hostile.replaceAll("'", "''")}', 'bolt', number, 1, true from numbers(9)`,
  )
  const evil = await server.guestToken({ tenantId: 'hostile' })
  for (const widget of ['pictures/lines', 'pictures/share', 'sales/regions']) {
    const { root, texts } = await pictureOf(wish(widget), evil)
    const names = new Set(elementsOf(root).map(({ name }) => name))
    const attributes = elementsOf(root).flatMap((element) => Object.keys(element.attributes))
    expect([names.has('script'), names.has('img'), names.has('foreignObject')]).toEqual([false, false, false])
    expect(attributes.filter((name) => /^on/i.test(name))).toEqual([])
    expect(texts.some((text) => text.includes('"><script>'))).toBe(true)
  }
})

describe('what is no picture is refused before there is a link', () => {
  const rows = { table: { metrics: ['revenue'], dimensions: ['region'] } }
  const side = 'a whole number from 100 to 4000'
  const locale = 'a BCP 47 tag of a language that is known, such as de-CH'
  test.each([
    [
      { format: 'SVG', ...rows },
      'input.format: expected SVG with a widget alone: what table exports are rows, and no picture',
    ],
    [
      { format: 'SVG', records: { dataset: 'orders', columns: ['region'] } },
      'input.format: expected SVG with a widget alone: what records exports are rows, and no picture',
    ],
    [
      { format: 'SVG', drillDown: { id: id('sales/total') } },
      'input.format: expected SVG with a widget alone: what drillDown exports are rows, and no picture',
    ],
    [
      { ...wish('sales/total', {}), format: 'CSV' },
      'input.svg: expected nothing with CSV: it says what an SVG is like',
    ],
    [wish('sales/total', { width: 99 }), `input.svg.width: expected ${side}`],
    [wish('sales/total', { height: 4001 }), `input.svg.height: expected ${side}`],
    [wish('sales/total', { locale: 'no language' }), `input.svg.locale: expected ${locale}`],
    [wish('sales/total', { locale: 'xx-XX' }), `input.svg.locale: expected ${locale}`],
    [
      wish('sales/total', {}, { timeZone: 'Mars/Base' }),
      'input.widget.timeZone: expected an IANA time zone name, such as Europe/Berlin',
    ],
  ])('%j', async (input, expected) => {
    const { code, message } = await exportRefusal(server, token, input)
    expect([code, message]).toEqual([
      'BAD_USER_INPUT',
      `An argument is not of the allowed form. ${expected}.`,
    ])
  })

  test('by the permissions of every export', async () => {
    const without = await server.guestToken({ tenantId: 'acme', allowExport: false })
    expect(await exportRefusal(server, without, wish('sales/total'))).toEqual({
      code: 'FORBIDDEN',
      message: 'The credential does not permit this. Expected a token with export.',
    })
    for (const widget of ['sales/costs', 'else_board/theirs', 'sales/none']) {
      expect(await exportRefusal(server, token, wish(widget))).toEqual({
        code: 'NOT_FOUND',
        message: 'It does not exist, or the credential may not see it.',
      })
    }
  })

  test('where a widget has no figures', async () => {
    expect(await exportRefusal(server, token, wish('pictures/words'))).toEqual({
      code: 'NOT_SUPPORTED',
      message: 'This is not supported. Expected a widget that asks a question; this one is a text.',
    })
  })
})

test('what the question is refused with by the time of the download is the answer, with its code', async () => {
  const south = { filters: [{ dimension: 'region', values: ['south'] }] }
  const { url } = await makeExport(server, token, wish('sales/total', {}, south))
  const { url: gone } = await makeExport(server, token, wish('sales/regions'))
  const changed = structuredClone(model)
  for (const { dimensions } of changed.datasets) {
    for (const dimension of dimensions) if (dimension.name === 'region') dimension.requires = ['margin']
  }
  await server.apply(changed)
  const answers = await Promise.all([fetch(url), fetch(gone)])
  const errors = await Promise.all(answers.map(async (answer) => Object(await answer.json()).errors))
  await server.apply(model)
  expect(answers.map(({ status }) => status)).toEqual([400, 404])
  expect(errors.map(([{ message }]) => message)).toEqual([
    'There is no such dimension here. input.widget.filters.0.dimension.',
    'It does not exist, or the credential may not see it.',
  ])
})

test('more figures than one picture takes are refused with what they are', async () => {
  const input = wish('sales/monthly', {}, { granularity: 'FIFTEEN_MINUTES' })
  const { url } = await makeExport(server, token, input)
  const response = await fetch(url)
  const { message, extensions } = Object(await response.json()).errors[0]
  expect([response.status, extensions.code, message]).toEqual([
    400,
    'QUERY_TOO_LARGE',
    'The query is larger than its limits. input.widget: expected a picture of at most 5000 figures, and not of 8736: a shorter range, a coarser granularity or fewer groups.',
  ])
})
