import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildEmbed } from '../../scripts/embed/build.ts'
import { openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts'
import { topDestinations } from '../support/chart-answers.ts'
import { card } from '../support/dashboard-page.ts'
import { errorOf, type ScriptedApi, startScriptedApi } from '../support/scripted-api.ts'
import { counter, drawn, serveDashboard, shown, table, tableColumns } from '../support/scripted-dashboard.ts'

let folder: string
let api: ScriptedApi
let browser: TestBrowser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-elements-'))
  await buildEmbed({ folder, effort: 'fast' })
  ;[api, browser] = await Promise.all([startScriptedApi(folder), openBrowser()])
})

beforeEach(() => serveDashboard(api))

afterEach(() => browser.check())

afterAll(async () => {
  await browser.close()
  await api.close()
  await rm(folder, { recursive: true, force: true })
})

const element =
  '<tessera-dashboard dashboard="sales" token-endpoint="/token" time-zone="UTC"></tessera-dashboard>'
const told = { allowed: [/^error: \[tessera\]/, /Failed to load resource/] }

const open = (body = element, options: PageOptions = {}): Promise<Page> =>
  browser.open(api.page(body), options)

/** With its first figures: 1,234 in all, and two regions. */
async function openShown(body = element, options: PageOptions = {}): Promise<Page> {
  const page = await open(body, options)
  const first = await api.nextData()
  first.part('total', counter(1234))
  first.part(
    'best',
    table([
      ['West', 900],
      ['North', 334],
    ]),
  )
  first.end()
  await card(page, 'Sales').getByText('1,234').waitFor()
  await card(page, 'Best regions').getByText('West').waitFor()
  return page
}

const records = (first: number, hasNextPage: boolean) => ({
  data: {
    widget: {
      drillDown: {
        columns: [{ name: 'id', title: 'Order', kind: 'DIMENSION', type: 'NUMBER', format: null }],
        edges: [{ node: [first] }],
        pageInfo: { hasNextPage, endCursor: `after ${first}` },
      },
    },
  },
})

describe('a dashboard', () => {
  test('is one request, whose widgets are shown as they come', async () => {
    const page = await open()
    const request = await api.nextData()
    expect(request.widgets).toEqual(['total', 'best'])
    request.part('total', counter(1234))
    await card(page, 'Sales').getByText('1,234').waitFor()
    expect(await card(page, 'Best regions').getAttribute('aria-busy')).toBe('true')
    request.part('best', table([['West', 900]]))
    await card(page, 'Best regions').getByText('West').waitFor()
    request.end()
    expect(await page.getByRole('heading').allInnerTexts()).toEqual(['Sales', 'Sales', 'Best regions'])
  })

  test('shows a widget that fails with its reason and leaves the others', async () => {
    const page = await open(element, told)
    const request = await api.nextData()
    request.fail('total', 'INTERNAL')
    request.part('best', table([['West', 900]]))
    request.end()
    await card(page, 'Best regions').getByText('West').waitFor()
    const failed = card(page, 'Sales')
    await failed.getByText('Something went wrong on our side.').waitFor()
    await failed.getByText('Reference: request-1').waitFor()
    await failed.getByRole('button', { name: 'Try again' }).press('Enter')
    const second = await api.nextData()
    expect(second.widgets).toEqual(['total'])
    second.part('total', counter(5))
    second.end()
    await failed.getByText('5', { exact: true }).waitFor()
    // Who works by keyboard stays where the button was.
    expect(await failed.evaluate((article) => article.matches(':focus'))).toBe(true)
  })

  test('ends the request before at a change and keeps the last good picture until the next has come', async () => {
    const page = await openShown(element, told)
    await page.getByRole('combobox', { name: 'Period' }).selectOption('last_7_days')
    const second = await api.nextData()
    await page.getByRole('combobox', { name: 'Period' }).selectOption('today')
    const third = await api.nextData()
    await expect.poll(second.isAborted).toBe(true)
    expect(third.variables.timeRange).toEqual({ period: 'today' })
    const total = card(page, 'Sales')
    expect([await total.getAttribute('aria-busy'), await total.getByText('1,234').count()]).toEqual([
      'true',
      1,
    ])
    third.part('total', counter(7))
    third.fail('best', 'PERIOD_NOT_ALLOWED')
    third.end()
    await total.getByText('7', { exact: true }).waitFor()
    await card(page, 'Best regions').getByText('This period is not available to you.').waitFor()
    expect(await card(page, 'Best regions').getByText('West').count()).toBe(0)
  })

  test('keeps its figures where asking for them again fails, and says that they are old', async () => {
    const page = await openShown(element, told)
    await page.evaluate(() => {
      const found = document.querySelector('tessera-dashboard')
      if (found !== null && 'refresh' in found && typeof found.refresh === 'function') found.refresh()
    })
    const second = await api.nextData()
    second.fail('total', 'QUERY_TIMEOUT')
    second.part('best', table([['West', 901]]))
    second.end()
    await card(page, 'Best regions').getByText('901').waitFor()
    await card(page, 'Sales').getByText('Not up to date').waitFor()
    expect(await card(page, 'Sales').getByText('1,234').count()).toBe(1)
  })

  test('writes what rows say as text', async () => {
    const page = await open()
    const request = await api.nextData()
    const hostile = '<img src=x onerror="window.broken = 1"><script>window.broken = 1</script>'
    request.part('total', counter(1))
    request.part('best', table([[hostile, 1]]))
    request.end()
    await card(page, 'Best regions').getByText(hostile).waitFor()
    expect(await page.evaluate(() => 'broken' in window)).toBe(false)
  })

  test('sorts a table that has all of its rows when a head is pressed', async () => {
    const page = await openShown()
    const rows = card(page, 'Best regions').getByRole('rowheader')
    await page.getByRole('button', { name: 'Region', exact: true }).click()
    expect(await rows.allTextContents()).toEqual(['North', 'West'])
    await page.getByRole('button', { name: 'Sales', exact: true }).click()
    expect(await rows.allTextContents()).toEqual(['West', 'North'])

    await page.evaluate('document.querySelector("tessera-dashboard").refresh()')
    const request = await api.nextData()
    const [region, sales] = tableColumns
    const [city, before] = [
      { ...region, title: 'City' },
      { ...sales, title: 'Before' },
    ]
    const cells = [
      ['South', 'Tulsa', 9, 334],
      ['East', 'Aachen', 1, 900],
    ]
    request.part('total', counter(1))
    request.part('best', { ...table([]), columns: [region, city, before, sales], cells, rowCount: 2 })
    request.end()
    await card(page, 'Best regions').getByText('Tulsa').waitFor()
    expect(await page.locator('[aria-sort=descending]').allTextContents()).toEqual([
      expect.stringContaining('Sales'),
    ])
    expect(await card(page, 'Best regions').locator('tbody tr').first().getByText('East').count()).toBe(1)
  })
})

describe('a file of the elements that does not come', () => {
  test('leaves a page in English where it is its language, and is asked for once', async () => {
    const page = await open('', told)
    const [files, said]: [string[], string[]] = [[], []]
    page.on('console', (message) => said.push(message.text()))
    await page.route(/\/embed\/de-/, (route) => {
      files.push(route.request().url())
      return route.abort()
    })
    await page.goto(api.page(`${element}${element}`, 'de'))
    for (const request of [await api.nextData(), await api.nextData()]) {
      request.part('total', counter(1234))
      request.part('best', table([['West', 900]]))
      request.end()
    }
    await page.getByRole('button', { name: 'Options for Best regions' }).nth(1).waitFor()
    await expect
      .poll(() => said.filter((text) => text.startsWith('[tessera] de: NOT_LOADED.')))
      .toHaveLength(1)
    expect(files).toHaveLength(1)
    expect(await page.locator('.root').first().getAttribute('lang')).toBe('en')
  })
})

test('controls and tables whose file does not come are told, and are there when it comes', async () => {
  const page = await open('', told)
  await page.route(/\/embed\/parts-/, (route) => route.abort())
  await page.goto(api.page(element))
  const first = await api.nextData()
  first.part('total', counter(1234))
  first.part('best', table([['West', 900]]))
  first.end()
  const best = card(page, 'Best regions')
  await best.getByText('This could not be loaded.').waitFor()
  await card(page, 'Sales').getByText('1,234').waitFor()
  await page.unroute(/\/embed\/parts-/)
  await best.getByRole('button', { name: 'Try again' }).click()
  await best.getByText('West').waitFor()
  await page.getByRole('combobox', { name: 'Period' }).waitFor()
})

describe('a chart', () => {
  /** A page of one chart after a figure, when both have come. */
  async function openChart(page: Page, answer: object = topDestinations): Promise<void> {
    const widgets = [...shown.dashboard.widgets.filter(({ name }) => name === 'total'), ...drawn]
    serveDashboard(api, { ...shown, dashboard: { ...shown.dashboard, widgets } })
    await page.goto(api.page(element))
    const first = await api.nextData()
    first.part('total', counter(1))
    first.part('daily', answer)
    first.end()
  }

  test('whose file does not come says what can be done, and is drawn when it comes', async () => {
    const page = await open('', told)
    const [said, codes]: [string[], unknown[]] = [[], []]
    page.on('console', (message) => said.push(message.text()))
    await page.exposeFunction('heard', (detail: unknown) => codes.push(detail))
    await page.addInitScript(`addEventListener('tessera-error', ({ detail }) => heard(detail))`)
    await page.route(/\/embed\/plot-scene-/, (route) => route.abort())
    await openChart(page)
    const chart = card(page, 'Daily')
    await chart.getByText('This could not be loaded. Try again, or load the page anew.').waitFor()
    await expect
      .poll(() => said.filter((text) => text.startsWith('[tessera] sales/daily: NOT_LOADED.')))
      .toHaveLength(1)
    await expect.poll(() => codes).toEqual([{ code: 'NOT_LOADED', requestId: null, widget: 'daily' }])
    await page.unroute(/\/embed\/plot-scene-/)
    await chart.getByRole('button', { name: 'Try again' }).click()
    await chart.locator('canvas').waitFor()
  })

  test('is saved whole whatever its labels hold', async () => {
    const page = await open('')
    const [row] = topDestinations.rows
    const keys = [{ dimension: 'destination', value: 'a\u0001b\ud800<&' }]
    await openChart(page, { ...topDestinations, rows: [{ ...row, keys }] })
    await card(page, 'Daily').locator('canvas').waitFor()
    const saved: unknown = await page.evaluate(`{
      const found = document.querySelector('tessera-dashboard')
      // What is no XML cannot be made an image.
      Promise.all([found.toSvg('daily'), found.toPng()]).then(([svg, png]) => [
        svg.includes('>ab'),
        png.type,
      ])
    }`)
    expect(saved).toEqual([true, 'image/png'])
  })

  test('is saved on a solid ground, whatever shines through the page’s own', async () => {
    const page = await open('')
    await openChart(page)
    await card(page, 'Daily').locator('canvas').waitFor()
    const savedOn = async (surface: string) => {
      const svg: unknown = await page.evaluate(`{
        const found = document.querySelector('tessera-dashboard')
        found.style.setProperty('--tessera-surface', ${JSON.stringify(surface)})
        found.toSvg('daily')
      }`)
      return /<rect[^>]* fill="(#\w+)"/.exec(String(svg))?.[1]
    }
    expect([
      await savedOn('transparent'),
      await savedOn('rgb(0 0 255 / 0.5)'),
      await savedOn('oklch(1 0 0 / 0)'),
      await savedOn('color(srgb 0 1 0)'),
    ]).toEqual(['#ffffff', '#8080ff', '#ffffff', '#00ff00'])
  })
})

describe('who may not see it', () => {
  test('reads the same of a dashboard that is not there, and the console says what to check', async () => {
    const messages: string[] = []
    const page = await open('', told)
    page.on('console', (message) => messages.push(message.text()))
    await page.goto(
      api.page('<tessera-dashboard dashboard="other" token-endpoint="/token"></tessera-dashboard>'),
    )
    await page.getByText('You have no access to this view, or it does not exist.').waitFor()
    await expect
      .poll(() => messages.filter((text) => text.startsWith('[tessera]')))
      .toEqual([
        '[tessera] other: NOT_FOUND. There is no such dashboard or widget, or the guest token does not grant it. Check the dashboard and widget attributes, and the dashboards and widgets of createGuestToken.',
      ])
  })

  test('goes on where the session was renewed', async () => {
    api.token = { status: 401, body: {} }
    const page = await open(element, told)
    await page.getByText('Your session has ended.').waitFor()
    api.token = { status: 200, body: { token: 'aaa.bbb.ddd' } }
    // Whoever refused a token is left alone for a second.
    await expect
      .poll(
        async () => {
          await page
            .getByRole('button', { name: 'Continue' })
            .click({ timeout: 1000 })
            .catch(() => {})
          return page.getByRole('article').count()
        },
        { timeout: 15_000 },
      )
      .toBe(2)
    const request = await api.nextData()
    request.part('total', counter(8))
    request.part('best', table([]))
    request.end()
    await card(page, 'Sales').getByText('8', { exact: true }).waitFor()
    await card(page, 'Best regions').getByText('No data in this period').waitFor()
  })

  test('is not shown wider figures where a filter cannot be applied', async () => {
    const page = await open(
      `<tessera-dashboard dashboard="sales" token-endpoint="/token" filters='{"planet":["Mars"]}'></tessera-dashboard>`,
      told,
    )
    await page.getByText('This cannot be shown with what is chosen.').waitFor()
    expect(await page.getByRole('article').count()).toBe(0)
  })

  test('finds nothing to press and nothing to download without those permissions', async () => {
    const none = {
      timeRange: true,
      granularity: false,
      compareTo: false,
      filters: [],
      drillDown: false,
      export: false,
    }
    const widgets = shown.dashboard.widgets.map((widget) => ({ ...widget, controls: none }))
    serveDashboard(api, { ...shown, dashboard: { ...shown.dashboard, widgets } })
    const page = await openShown()
    await page.getByRole('button', { name: 'Options for Sales' }).click()
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Show as table'])
    expect(await card(page, 'Sales').getByRole('button', { name: '1,234' }).count()).toBe(0)
    expect(await page.getByRole('combobox', { name: 'Compare with' }).count()).toBe(0)
  })
})

describe('the records behind a figure', () => {
  test('open in a dialog, page by page, by keyboard alone, and the focus comes back', async () => {
    const asked: unknown[] = []
    api.answers.DrillDown = ({ at, after }) => {
      asked.push([at, after])
      return after == null ? records(1, true) : records(2, false)
    }
    const page = await openShown()
    await page.getByRole('button', { name: '1,234' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Records: Sales' })
    await dialog.getByText('Rows shown: 1').waitFor()
    await dialog.getByRole('button', { name: 'Load more' }).focus()
    await page.keyboard.press('Enter')
    await dialog.getByText('Rows shown: 2').waitFor()
    expect(asked).toEqual([
      [{ metric: 'sales' }, null],
      [{ metric: 'sales' }, 'after 1'],
    ])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(
      await page.getByRole('button', { name: '1,234' }).evaluate((button) => button.matches(':focus')),
    ).toBe(true)
  })

  test('that cannot be had are told to the viewer, to the page and to the developer', async () => {
    api.answers.DrillDown = () => errorOf('QUERY_TIMEOUT')
    const page = await openShown(element, told)
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.evaluate(
      `document.addEventListener('tessera-error', ({ detail }) => { document.title = JSON.stringify(detail) })`,
    )
    await page.getByRole('button', { name: '1,234' }).click()
    await page.getByRole('dialog').getByText('This takes too long.').waitFor()
    expect(JSON.parse(await page.title())).toEqual({
      ...{ code: 'QUERY_TIMEOUT', requestId: 'request-1', widget: 'total' },
    })
    await expect.poll(() => said.join()).toContain('[tessera] sales/total: QUERY_TIMEOUT.')
  })

  test('stay closed where the page takes them into its own hands', async () => {
    const page = await openShown()
    await page.evaluate(() => {
      document.addEventListener('tessera-drill-down', (event) => {
        event.preventDefault()
        document.title = JSON.stringify(Reflect.get(event, 'detail'))
      })
    })
    await page.getByRole('button', { name: '1,234' }).click()
    expect(JSON.parse(await page.title())).toEqual({
      widget: 'total',
      at: { metric: 'sales' },
      controls: { timeZone: 'UTC' },
    })
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})

describe('a filter', () => {
  test('is searched by typing, takes several values by keyboard, and tells the page what is chosen', async () => {
    const searches: unknown[] = []
    api.answers.FilterValues = ({ search }) => {
      searches.push(search)
      const found = search === 'we' ? ['West'] : ['West', 'North', null]
      const values = found.map((value, index) => ({ value, count: 9 - index }))
      return { data: { dashboard: { filter: { name: 'region', values: { values } } } } }
    }
    const page = await openShown()
    await page.getByRole('button', { name: 'Region All' }).focus()
    await page.keyboard.press('Enter')
    const options = page.getByRole('listbox', { name: 'Region' }).getByRole('option')
    await options.first().waitFor()
    expect(await options.allInnerTexts()).toEqual(['West\n9', 'North\n8', '(none)\n7'])
    await page.keyboard.type('we')
    await expect.poll(() => searches.at(-1)).toBe('we')
    await expect.poll(() => options.count()).toBe(1)
    await page.keyboard.press('Enter')
    const second = await api.nextData()
    expect(second.variables.filters).toEqual([{ dimension: 'region', operator: 'EQUALS', values: ['West'] }])
    await page.keyboard.press('Escape')
    const state = await page.evaluate(() =>
      Reflect.get(document.querySelector('tessera-dashboard') ?? {}, 'controlsState'),
    )
    expect(state).toEqual({
      timeRange: null,
      compareTo: null,
      granularity: null,
      filters: { region: ['West'] },
    })
    await page.getByRole('button', { name: 'Reset' }).press('Enter')
    expect((await api.nextData()).variables.filters).toBeUndefined()
    expect(await page.getByRole('group').evaluate((group) => group.matches(':focus'))).toBe(true)
    await page.getByRole('button', { name: 'Region All' }).click()
    await page.keyboard.type('we')
    await expect.poll(() => options.count()).toBe(1)
    await page.keyboard.type('x')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('button', { name: 'Region All' }).count()).toBe(1)
  })

  test('asks for its own choices in the zone of the figures; a failure is told and can be tried again', async () => {
    const asked: unknown[] = []
    api.answers.FilterValues = (variables) => {
      asked.push(variables)
      return errorOf('QUERY_TIMEOUT')
    }
    const page = await openShown(element.replace('"UTC"', '"Europe/Berlin"'), told)
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.getByRole('button', { name: 'Region All' }).click()
    await page.getByText('This takes too long.').waitFor()
    expect(asked).toEqual([
      {
        ...{ dashboard: 'sales', filter: 'region', search: null, limit: 50 },
        ...{ timeRange: null, timeZone: 'Europe/Berlin' },
      },
    ])
    await expect.poll(() => said.join()).toContain('[tessera] sales: QUERY_TIMEOUT.')
    const values = [2001, true, null].map((value, index) => ({ value, count: 9000 - index }))
    api.answers.FilterValues = () => ({
      data: { dashboard: { filter: { name: 'region', values: { values } } } },
    })
    await page.getByRole('button', { name: 'Try again' }).click()
    const options = page.getByRole('listbox', { name: 'Region' }).getByRole('option')
    await options.first().waitFor()
    expect(await options.allInnerTexts()).toEqual(['2001\n9,000', 'Yes\n8,999', '(none)\n8,998'])
  })
})

test('a download is asked for with what the widget shows, and a refusal is told', async () => {
  const asked: unknown[] = []
  api.answers.CreateExport = ({ input }) => {
    asked.push(input)
    return errorOf('QUOTA_EXCEEDED')
  }
  const page = await openShown(element, told)
  await page.getByRole('button', { name: 'Options for Best regions' }).click()
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  await page.getByText('The download did not work. Your quota is used up for now.').waitFor()
  expect(asked).toEqual([{ format: 'CSV', widget: { id: 'best', timeZone: 'UTC' } }])
})

test('an element that is in no page asks for nothing, whatever is set, and shows itself when it is back', async () => {
  const page = await open('<p>No element yet</p>')
  await page.evaluate(`customElements.whenDefined('tessera-dashboard')`)
  const count = api.asked.length
  await page.evaluate(`{
    globalThis.kept = Object.assign(document.createElement('tessera-dashboard'), { dashboard: 'sales', tokenEndpoint: '/token' })
    document.body.append(kept)
    kept.remove()
    kept.updateComplete.then(() => {
      Object.assign(kept, { live: 1, timeZone: 'UTC', controlsState: { filters: { region: ['West'] } } })
      return kept.updateComplete
    })
  }`)
  expect(api.asked.slice(count)).toEqual([])
  await page.evaluate('document.body.append(kept)')
  expect((await api.nextData()).variables.filters).toEqual([
    { dimension: 'region', operator: 'EQUALS', values: ['West'] },
  ])
})

test('an element is the same whatever a framework leaves undefined of it, and tells what it cannot do', async () => {
  const page = await open('<p>No element yet</p>', told)
  await page.evaluate(`customElements.whenDefined('tessera-dashboard').then((found) => {
    const settings = { ...Object.fromEntries(Object.keys(found.properties).map((name) => [name, undefined])) }
    const element = document.createElement('tessera-dashboard')
    document.body.append(Object.assign(element, settings, { dashboard: 'sales', tokenEndpoint: '/token' }))
  })`)
  const first = await api.nextData()
  first.part('total', counter(1234))
  first.part('best', table([['West', 900]]))
  first.end()
  await card(page, 'Best regions').getByText('West').waitFor()
  await page.getByRole('combobox', { name: 'Period' }).waitFor()
  await page.evaluate(`{
    const heard = []
    for (const name of ['tessera-error', 'tessera-ready']) addEventListener(name, ({ detail }) => {
      document.title = heard.push(detail.code ?? name) && heard.join()
    })
    Object.assign(document.querySelector('tessera-dashboard'), { dashboard: 'none' })
  }`)
  await expect.poll(() => page.title()).toBe('NOT_FOUND,tessera-ready')
  await page.evaluate(`document.querySelector('tessera-dashboard').api = 'localhost:4000'`)
  await expect.poll(() => page.title()).toBe('NOT_FOUND,tessera-ready,NOT_SET_UP')
})

test('two elements of a page ask for one token', async () => {
  const before = api.asked.filter(({ path }) => path === '/token').length
  const widget = '<tessera-widget dashboard="sales" widget="best" token-endpoint="/token"></tessera-widget>'
  await open(`${element}${widget}`)
  await Promise.all([api.nextData(), api.nextData()])
  expect(api.asked.filter(({ path }) => path === '/token').length - before).toBe(1)
})

/** The authorization of the questions that a page asked from the so manieth on. */
function credentialsSince(count: number): unknown[] {
  const asked = api.asked.slice(count).filter(({ path }) => path === '/graphql')
  return [...new Set(asked.map(({ headers }) => headers.authorization))]
}

describe('the viewer before', () => {
  test('leaves no token and no picture to the next one once the page forgets its tokens', async () => {
    const page = await openShown()
    await page.evaluate('document.querySelector("tessera-dashboard").refresh()')
    const underWay = await api.nextData()
    api.token = { status: 200, body: { token: 'next.viewers.token' } }
    const count = api.asked.length
    await page.evaluate('import("/embed/tessera.js").then(({ forgetTokens }) => forgetTokens())')
    await card(page, 'Sales').getByText('1,234').waitFor({ state: 'detached' })
    await expect.poll(underWay.isAborted).toBe(true)
    const next = await api.nextData()
    next.part('total', counter(5))
    next.part('best', table([['Brest', 5]]))
    next.end()
    await card(page, 'Best regions').getByText('Brest').waitFor()
    expect(credentialsSince(count)).toEqual(['Bearer next.viewers.token'])
  })

  test('leaves no records and no download to the next one', async () => {
    api.answers.DrillDown = () => records(1, true)
    let isCreated = () => {}
    const created = new Promise<void>((resolve) => {
      isCreated = resolve
    })
    const page = await openShown(element.replace('token-endpoint="/token"', 'token="aaa.bbb.ccc"'))
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('mutation CreateExport') !== true) return route.fallback()
      isCreated()
    })
    await page.getByRole('button', { name: '1,234' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Rows shown: 1').waitFor()
    await dialog.getByRole('button', { name: 'Download' }).click()
    const ended = page.waitForEvent('requestfailed')
    await dialog.getByRole('menuitem', { name: 'CSV' }).click()
    await created
    await page.evaluate('document.querySelector("tessera-dashboard").token = "next.viewers.token"')
    await dialog.waitFor({ state: 'detached' })
    await api.nextData()
    expect((await ended).postData()).toContain('CreateExport')
    expect(await page.getByRole('status').allInnerTexts()).not.toContain('The download did not work.')
  })
})

describe('what was chosen', () => {
  const tokenOf = (subject: string, id: string) =>
    `e30.${btoa(JSON.stringify({ tenant_id: 'acme', sub: subject, jti: id }))}.ccc`
  const withToken = element.replace('token-endpoint="/token"', `token="${tokenOf('ada', '1')}"`)

  test('stays chosen when the page sets the next token, and figures of before stand in for those to come', async () => {
    serveDashboard(api, { ...shown, viewer: { ...shown.viewer, subject: 'ada' } })
    const page = await openShown(withToken)
    await page.getByRole('combobox', { name: 'Period' }).selectOption('last_7_days')
    const second = await api.nextData()
    second.part('total', counter(77))
    second.part('best', table([['West', 77]]))
    second.end()
    await card(page, 'Sales').getByText('77').waitFor()
    const count = api.asked.length
    const next = tokenOf('ada', '2')
    await page.evaluate(`document.querySelector("tessera-dashboard").token = "${next}"`)
    const third = await api.nextData()
    expect(third.variables.timeRange).toEqual({ period: 'last_7_days' })
    expect(await card(page, 'Sales').getByText('77').count()).toBe(1)
    expect(credentialsSince(count)).toEqual([`Bearer ${next}`])
    third.part('total', counter(78))
    third.part('best', table([['West', 78]]))
    third.end()
    await card(page, 'Sales').getByText('78').waitFor()
  })

  test('leaves nothing to be seen for another viewer whose token is set', async () => {
    const page = await openShown(withToken)
    const viewer = { ...shown.viewer, tenantId: 'other' }
    api.answers.Viewer = () => ({ data: { viewer } })
    await page.evaluate(`document.querySelector("tessera-dashboard").token = "${tokenOf('eve', '2')}"`)
    // Also while it is not known yet who looks.
    expect(await page.getByText('1,234').count()).toBe(0)
    const second = await api.nextData()
    second.part('total', counter(5))
    second.part('best', table([['Brest', 5]]))
    second.end()
  })

  test('stays chosen when the element moves, when its host says the same again, and when it says something else', async () => {
    const page = await openShown(element.replace('time-zone', `filters='{"region":["West"]}' time-zone`))
    await page.getByRole('combobox', { name: 'Period' }).selectOption('today')
    await api.nextData()
    const set = (text: string) =>
      page.evaluate(`{
      const found = document.querySelector('tessera-dashboard')
      ${text}
      found.updateComplete.then(() => found.controlsState)
    }`)
    const state = {
      timeRange: { period: 'today' },
      ...{ compareTo: null, granularity: null, filters: { region: ['West'] } },
    }
    expect(await set(`found.filters = { region: ['West'] }`)).toEqual(state)
    const compared = { ...state, compareTo: 'PREVIOUS_YEAR' }
    expect(await set(`found.compare = 'previous_year'`)).toEqual(compared)
    const asked = (await api.nextData()).variables
    expect(await set(`document.body.append(document.createElement('p'), found)`)).toEqual(compared)
    expect((await api.nextData()).variables).toEqual(asked)
    expect(await set(`found.timeZone = 'Europe/Berlin'`)).toEqual(compared)
    expect((await api.nextData()).variables).toEqual({ ...asked, timeZone: 'Europe/Berlin' })
  })

  test('leaves days that are being typed as they are when the page sets the next token', async () => {
    const page = await openShown(withToken.replace('time-zone', 'period="2001-03-01/2001-03-31" time-zone'))
    await page.getByLabel('From').fill('2001-03-05')
    await page.evaluate(`document.querySelector("tessera-dashboard").token = "${tokenOf('ada', '2')}"`)
    const second = await api.nextData()
    second.part('total', counter(7))
    second.part('best', table([['West', 7]]))
    second.end()
    await card(page, 'Sales').getByText('7', { exact: true }).waitFor()
    expect(await page.getByLabel('From').inputValue()).toBe('2001-03-05')
  })

  test('and is no filter of the dashboard any more is refused until it is reset', async () => {
    const page = await openShown(withToken, told)
    await page.evaluate(
      `document.querySelector('tessera-dashboard').controlsState = { filters: { region: ['West'] } }`,
    )
    await api.nextData()
    const dashboard = { ...shown.dashboard, filters: [] }
    api.answers.DashboardDefinition = () => ({ data: { dashboard } })
    await page.evaluate(`document.querySelector("tessera-dashboard").token = "${tokenOf('ada', '2')}"`)
    await page.getByText('This cannot be shown with what is chosen.').waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    expect((await api.nextData()).variables.filters).toBeUndefined()
  })

  test('before the script had run is asked for, and refused where it cannot be read', async () => {
    const set = (state: string) =>
      `document.addEventListener('readystatechange', () => {
        const found = document.querySelector('tessera-dashboard')
        if (document.readyState === 'interactive') found.controlsState = ${state}
      })`
    const page = await open('', told)
    await page.addInitScript(set('{ filters: { region: ["West"] } }'))
    await page.goto(api.page(element))
    const first = await api.nextData()
    expect(first.variables.filters).toEqual([{ dimension: 'region', operator: 'EQUALS', values: ['West'] }])
    first.part('total', counter(5))
    first.part('best', table([['West', 5]]))
    first.end()
    await page.addInitScript(set('{ filters: "West" }'))
    await page.goto(api.page(element))
    await page.getByText('This cannot be shown with what is chosen.').waitFor()
    await page.evaluate(
      `document.querySelector('tessera-dashboard').controlsState = { filters: { region: ['North'] } }`,
    )
    const corrected = await api.nextData()
    expect(corrected.variables.filters).toEqual([
      { dimension: 'region', operator: 'EQUALS', values: ['North'] },
    ])
  })
})

test('a download whose link is refused leaves the page where it is', async () => {
  const other = api.url.replace('127.0.0.1', 'localhost')
  api.answers.CreateExport = () => ({ data: { createExport: { url: `${other}/exports/gone` } } })
  const page = await openShown(element, told)
  const context = page.context()
  await context.route('**/exports/**', (route) => route.fulfill({ status: 404, json: { errors: [] } }))
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Options for Best regions' }).click()
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  await (await opened).waitForURL(/exports/)
  expect(await card(page, 'Sales').getByText('1,234').count()).toBe(1)
})
