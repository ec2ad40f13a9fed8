import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { violations } from '../support/accessibility.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { card, choose, filter, settled, visit } from '../support/dashboard-page.ts'
import { openFlights } from '../support/demo-flights.ts'
import { startTestDemo, type TestDemo } from '../support/demo-site.ts'
import type { Oracle } from '../support/oracle-duckdb.ts'

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
