import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { violations } from '../support/accessibility.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { card, choose, filter, settled, tableOf, visit } from '../support/dashboard-page.ts'
import { openFlights } from '../support/demo-flights.ts'
import { startTestDemo, type TestDemo } from '../support/demo-site.ts'
import type { Oracle, OracleCell, OracleRow } from '../support/oracle-duckdb.ts'

let demo: TestDemo
let browser: TestBrowser
let oracle: Oracle

beforeAll(async () => {
  ;[demo, browser, oracle] = await Promise.all([startTestDemo(), openBrowser(), openFlights()])
})

afterEach(() => browser.check())

afterAll(async () => {
  oracle.close()
  await browser.close()
  await demo.close()
})

async function widthOver(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** What DuckDB says, each row as the page writes it. */
async function written(
  statement: string,
  write: (row: OracleRow) => readonly (string | number)[],
): Promise<readonly (readonly string[])[]> {
  const rows = await oracle.rows(statement)
  return rows.map((row) =>
    write(row).map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  )
}

function percent(share: OracleCell | undefined): string {
  return `${(Number(share) * 100).toLocaleString('en', { maximumFractionDigits: 1 })}%`
}

const onTime = 'avg((delay <= 15)::INT)'
const ofAtlanta = "FROM flights WHERE origin = 'ATL'"

describe('the figures in a page', () => {
  test('are those that DuckDB finds in the same files: departures', async () => {
    const page = await visit(demo, browser)
    await settled(page)
    const rowsOf = async (title: string) => (await tableOf(page, title)).slice(1)
    expect(await rowsOf('On time')).toEqual(
      await written(`SELECT ${onTime} AS share ${ofAtlanta}`, ({ share }) => [percent(share)]),
    )
    expect((await rowsOf('Departures a day')).map(([, ...figures]) => figures)).toEqual(
      await written(
        `SELECT count(*) AS n, count(*) FILTER (delay <= 15) AS punctual ${ofAtlanta} GROUP BY date_trunc('day', date) ORDER BY date_trunc('day', date)`,
        ({ n, punctual }) => [Number(n), Number(punctual)],
      ),
    )
    expect(await rowsOf('Busiest destinations')).toEqual(
      await written(
        `SELECT destination, city, count(*) AS n ${ofAtlanta} GROUP BY ALL ORDER BY n DESC LIMIT 10`,
        ({ destination, city, n }) => [`${destination} · ${city}`, Number(n)],
      ),
    )
    expect(await rowsOf('Flights by state')).toEqual(
      await written(
        `WITH states AS (SELECT state, count(*) AS n ${ofAtlanta} GROUP BY ALL), best AS (FROM states ORDER BY n DESC LIMIT 6)
        FROM best UNION ALL SELECT 'Others', sum(n)::BIGINT FROM states ANTI JOIN best USING (state)`,
        ({ state, n }) => [String(state), Number(n)],
      ),
    )
    expect((await rowsOf('On time, week by week')).map(([, share]) => [share])).toEqual(
      await written(
        `SELECT ${onTime} AS share ${ofAtlanta} GROUP BY date_trunc('week', date) ORDER BY date_trunc('week', date)`,
        ({ share }) => [percent(share)],
      ),
    )
  })

  test('are those that DuckDB finds in the same files: the network', async () => {
    const page = await visit(demo, browser, { path: '/network', person: 'Kai Akana' })
    await settled(page)
    const [, ...states] = await tableOf(page, 'Flights by state')
    expect(new Map(states.map(([state = '', n = '']) => [state, n]))).toEqual(
      new Map(
        (
          await written(
            "SELECT state, count(*) AS n FROM flights WHERE origin = 'HNL' GROUP BY ALL",
            ({ state, n }) => [String(state), Number(n)],
          )
        ).map(([state = '', n = '']) => [state, n]),
      ),
    )
    const [, ...bins] = await tableOf(page, 'How far flights go')
    const [{ n = 0 } = {}] = await oracle.rows("SELECT count(*) AS n FROM flights WHERE origin = 'HNL'")
    const counted = bins.map(([, count = '']) => Number(count.replaceAll(',', '')))
    expect(counted.reduce((sum, count) => sum + count)).toBe(Number(n))
  })
})

describe('what a token grants', () => {
  test('is what there is: a gate agent has no rows, no downloads and no other dashboard', async () => {
    const page = await visit(demo, browser, { person: 'Luis Ortega', allowed: [/^error: \[tessera\]/] })
    await settled(page)
    await card(page, 'Departures a day').getByRole('button', { name: 'Options' }).click()
    const items = card(page, 'Departures a day').getByRole('menuitem')
    expect(await items.allTextContents()).not.toContain('Show records')
    expect(await items.allTextContents()).not.toContain('CSV')
    await page.goto(`${demo.site.url}/network`)
    await page.getByText('You have no access to this view, or it does not exist.').waitFor()
  })

  test('is shown as fixed where a filter is locked', async () => {
    const page = await visit(demo, browser, { person: 'Sam Rivera' })
    await settled(page)
    expect(await page.getByRole('button', { name: /^State/ }).count()).toBe(0)
    await page.getByText('Fixed for you').waitFor()
    const [row] = await oracle.rows(
      "SELECT count(*) AS n FROM flights WHERE origin = 'JFK' AND state IN ('CA', 'OR', 'WA')",
    )
    await card(page, 'Departures').getByText(Number(row?.n).toLocaleString('en')).waitFor()
  })
})

describe('a page', () => {
  test.each([
    ['light', '/departures'],
    ['dark', '/delays'],
    ['dark', '/network'],
  ] as const)('has nothing that axe finds against WCAG 2.2 AA (%s, %s)', async (colorScheme, path) => {
    const page = await visit(demo, browser, { colorScheme, path })
    await settled(page)
    await page.getByRole('button', { name: /^State/ }).click()
    await page.getByRole('option', { name: /^FL / }).waitFor()
    expect(await violations(page)).toEqual([])
  })

  test('fits a phone', async () => {
    const page = await visit(demo, browser, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    })
    await settled(page)
    expect(await widthOver(page)).toBe(0)
    const boxes = await Promise.all(
      ['Departures', 'On time', 'Departures a day'].map((title) => card(page, title).boundingBox()),
    )
    expect(boxes.map((box) => Math.round(box?.x ?? 0))).toEqual([16, 16, 16])
    expect(await violations(page)).toEqual([])
  })

  test('reads from right to left where its language does', async () => {
    const page = await visit(demo, browser, { locale: 'ar-EG' })
    await settled(page)
    await page.evaluate("document.querySelector('tessera-dashboard').setAttribute('locale', 'ar-EG')")
    await page.locator('tessera-dashboard [dir=rtl]').first().waitFor()
    expect(await widthOver(page)).toBe(0)
    const [first, second] = await page.locator('tessera-card').all()
    const [right, left] = [await first?.boundingBox(), await second?.boundingBox()]
    expect(right?.x).toBeGreaterThan(left?.x ?? Number.POSITIVE_INFINITY)
  })

  test('takes everything from the keyboard alone', async () => {
    const page = await visit(demo, browser)
    await settled(page)
    const { keyboard } = page
    await page.getByRole('combobox', { name: 'Steps' }).focus()
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await page.getByRole('option', { name: /^FL / }).waitFor()
    await keyboard.type('ca')
    await page.getByRole('option', { name: /^FL / }).waitFor({ state: 'detached' })
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await keyboard.press('Escape')
    await card(page, 'Departures').getByText('5,568').waitFor()
    expect(
      await page.getByRole('button', { name: /^State/ }).evaluate((button) => button.matches(':focus')),
    ).toBe(true)
  })
})

describe('a filter', () => {
  test('narrows every widget that takes it, and a reset takes it back', async () => {
    const page = await visit(demo, browser)
    await settled(page)
    await filter(page, 'State', 'CA', 'NV')
    const [row] = await oracle.rows(
      "SELECT count(*) AS n, count(DISTINCT destination) AS d FROM flights WHERE origin = 'ATL' AND state IN ('CA', 'NV')",
    )
    await card(page, 'Departures').getByText(Number(row?.n).toLocaleString('en')).waitFor()
    await card(page, 'Destinations served').getByText(String(row?.d)).waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await card(page, 'Departures').getByText('124,707').waitFor()
  })
})

/** Presses a place of a chart, and tells what the chart said of it and which rows then stand there. */
async function pressed(page: Page, title: string, across: number, down: number) {
  const chart = card(page, title)
  await chart.locator('canvas').waitFor()
  const box = await chart.locator('.canvas').boundingBox()
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) * across, (box?.y ?? 0) + (box?.height ?? 0) * down]
  await page.mouse.move(x, y)
  const tip = chart.locator('.tip')
  const heading = (await tip.locator('.heading').textContent()) ?? ''
  const meant = tip.locator('[data-meant]')
  // A point that stands alone has no other that it is told apart from.
  const told = (await meant.count()) > 0 ? meant : tip.locator('dt:nth-of-type(2), dd:first-of-type')
  const [series = '', figure = ''] = await told.allInnerTexts()
  await page.mouse.click(x, y)
  const dialog = page.getByRole('dialog', { name: `Records: ${title}` })
  await dialog.getByText('Rows shown').waitFor()
  const rows = await dialog
    .getByRole('row')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')))
  await dialog.getByRole('button', { name: 'Close' }).click()
  return { heading, series, figure, rows }
}

describe('a point of a chart', () => {
  test('that is pressed opens the very rows that DuckDB finds behind its figure', async () => {
    const page = await visit(demo, browser)
    await settled(page)
    await page.evaluate(`{
      const dashboard = document.querySelector('tessera-dashboard')
      dashboard.setAttribute('period', '2001-03-05/2001-03-11')
      dashboard.setAttribute('filters', '{"destination_state":["NV","NM"]}')
    }`)
    const ofWeek =
      "FROM flights WHERE origin = 'ATL' AND state IN ('NV', 'NM') AND date >= '2001-03-05' AND date < '2001-03-12'"
    const [all] = await oracle.rows(`SELECT count(*) AS n ${ofWeek}`)
    await card(page, 'Departures').getByText(Number(all?.n).toLocaleString('en'), { exact: true }).waitFor()
    await settled(page)
    const rowsOf = (condition: string) =>
      written(
        `SELECT delay, distance, destination ${ofWeek} AND ${condition} ORDER BY ALL`,
        ({ delay, distance, destination }) => [String(delay), String(distance), String(destination)],
      )
    const shownIn = ({ rows: [heads = [], ...rows] }: Awaited<ReturnType<typeof pressed>>) => {
      const places = ['Delay', 'Distance', 'Destination'].map((title) => heads.indexOf(title))
      return rows.map((row) => places.map((place) => row[place])).sort()
    }

    const day = await pressed(page, 'Departures a day', 0.5, 0.1)
    const date = new Date(`${day.heading} UTC`).toISOString().slice(0, 10)
    const isOnTime = day.series === 'On-time departures'
    const ofDay = await rowsOf(`date::DATE = '${date}' AND ${isOnTime ? 'delay <= 15' : 'true'}`)
    expect([shownIn(day), day.figure]).toEqual([[...ofDay].sort(), String(ofDay.length)])

    const bar = await pressed(page, 'Busiest destinations', 0.5, 0.3)
    const ofBar = await rowsOf(`destination = '${bar.heading.slice(0, 3)}'`)
    expect([shownIn(bar), bar.figure]).toEqual([[...ofBar].sort(), String(ofBar.length)])
    // Neither shows all that the widget counts, nor nothing.
    expect([day, bar].every(({ rows }) => rows.length > 2 && rows.length <= Number(all?.n))).toBe(true)
  })
})

describe('a text of a row', () => {
  test('is text, whatever it says', async () => {
    const page = await visit(demo, browser)
    await settled(page)
    const hostile = `<img src=x onerror="document.title='crossed'"><script>document.title='crossed'</script>`
    await page.route('**/graphql', async (route) => {
      const answer = await route.fetch()
      const body = (await answer.text()).replaceAll('"FL"', JSON.stringify(hostile))
      await route.fulfill({ response: answer, body })
    })
    await page.getByRole('button', { name: /^State/ }).click()
    await page.getByRole('option', { name: '<img src=x' }).waitFor()
    await page.keyboard.press('Escape')
    await choose(page, 'Compare with', 'Period before')
    await settled(page)
    expect(await page.title()).toBe('Departures · Apronworks')
  })
})
