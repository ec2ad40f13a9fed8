import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { card, choose, settled, visit } from '../support/dashboard-page.ts'
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

/** As DuckDB counts the flights of the dashboards' period, written as the page does. */
async function countOf(condition: string): Promise<string> {
  const [row] = await oracle.rows(`SELECT count(*) AS n FROM flights WHERE ${condition}`)
  return Number(row?.n).toLocaleString('en')
}

async function revokeAll(tenantId: string): Promise<void> {
  const query = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
  const { body } = await demo.server.post(demo.server.apiKey, { query, variables: { input: { tenantId } } })
  expect(body.errors).toBeUndefined()
}

describe('the page that cheats', () => {
  test.each([
    ['Maya Chen', 124_711, 5_568],
    ['Sam Rivera', 8_815, 8_266],
  ])('really sends each attempt and comes to nothing for %s', async (name, own, toCalifornia) => {
    const page = await visit(demo, browser, { person: name, allowed: [/Failed to load resource.*40[13]/] })
    await page.getByRole('link', { name: 'Try to cheat' }).click()
    await page.locator('#cheat[data-done]').waitFor()
    const airport = await page.locator('#cheat').getAttribute('data-airport')
    const outcomes = await page
      .locator('.attempts > li')
      .evaluateAll((items) =>
        items.map((item) => [
          item.className,
          item.querySelector('h2')?.textContent,
          item.querySelector('.outcome')?.textContent,
        ]),
      )
    expect(outcomes).toEqual([
      ['held', 'Write another airport into the token', '401 UNAUTHENTICATED'],
      ['held', 'Say that the token needs no signature', '401 UNAUTHENTICATED'],
      ['held', 'Send no token', '401 UNAUTHENTICATED'],
      ['held', 'Use a token that has ended', '401 UNAUTHENTICATED'],
      ['held', 'Use a token that was copied out of another site', '403 ORIGIN_NOT_ALLOWED'],
      ['held', 'Ask the host’s backend for a token of another airport', `200: a token of ${airport}`],
      ['held', 'Filter for another airport', '200: 0 departures'],
      ['held', 'Widen the question with OR', `200: ${own.toLocaleString('en')} departures`],
      ['held', 'Put SQL into a filter', '200: 0 departures'],
      ['held', 'Put SQL into a name', '200 METRIC_NOT_ALLOWED'],
      ['held', 'Ask for a dashboard that was not granted', '200: null'],
      ['held', 'Ask for the single flights behind a figure', '200 FORBIDDEN'],
      ['held', 'Leave the locked filter out', `200: ${toCalifornia.toLocaleString('en')} departures`],
      ['held', 'Overrule the locked filter with another one', '200: 0 departures'],
      ['held', 'Mint a token of one’s own', '200 FORBIDDEN'],
    ])
  })
})

/** What the page says of departures, once it says so. */
async function departures(page: Page, figure: string): Promise<void> {
  await card(page, 'Departures').getByText(figure, { exact: true }).waitFor()
}

/** How often the page has asked its own backend for a token. */
function tokensAsked(page: Page): () => number {
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/analytics-token')) asked += 1
  })
  return () => asked
}

const unauthenticated = /Failed to load resource.*401/

describe('the figures of a page', () => {
  test('are those of who is signed in, and of the next one after a switch', async () => {
    const page = await visit(demo, browser)
    await departures(page, '124,707')
    await choose(page, 'Signed in as', 'Kai Akana, HNL')
    await page.getByRole('button', { name: 'Switch' }).click()
    await departures(page, await countOf("origin = 'HNL'"))
  })

  test('come with one token for all of the page, which is in no address and in no storage', async () => {
    const page = await visit(demo, browser)
    const [asked, urls]: [() => number, string[]] = [tokensAsked(page), []]
    page.on('request', (request) => urls.push(request.url()))
    await page.reload()
    await settled(page)
    expect(asked()).toBe(1)
    expect(urls.filter((url) => url.includes('eyJ'))).toEqual([])
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    )
    expect(kept).toBe('[{},{},""]')
  })
})

describe('a token', () => {
  test('is renewed before it ends, without a refused request', async () => {
    const page = await visit(demo, browser)
    let given = 0
    await page.route('**/short-lived', async (route) => {
      given += 1
      const grants = { tenantId: 'ATL', dashboards: ['departures'], datasets: ['flights'] }
      await route.fulfill({
        json: { token: await demo.server.guestToken({ ...grants, expiresInSeconds: 5 }) },
      })
    })
    // One figure alone: a whole dashboard may take a busy machine longer than the token lives.
    await page.evaluate(`{
      const widget = document.createElement('tessera-widget')
      const said = { dashboard: 'departures', widget: 'total', 'token-endpoint': '/short-lived' }
      for (const [name, text] of Object.entries(said)) widget.setAttribute(name, text)
      document.querySelector('tessera-dashboard').replaceWith(widget)
    }`)
    await departures(page, '124,707')
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('/graphql')) statuses.push(response.status())
    })
    const before = given
    await page.waitForTimeout(4_200)
    await page.evaluate(`document.querySelector('tessera-widget').filters = { destination_state: ['CA'] }`)
    await departures(page, await countOf("origin = 'ATL' AND state = 'CA'"))
    expect(given).toBeGreaterThan(before)
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test('that was revoked is replaced, and nobody notices', async () => {
    const page = await visit(demo, browser, { allowed: [unauthenticated] })
    await settled(page)
    const asked = tokensAsked(page)
    await revokeAll('ATL')
    await choose(page, 'Compare with', 'Period before')
    await settled(page)
    await departures(page, '124,707')
    expect([asked(), await page.getByText('Try again').count()]).toEqual([1, 0])
  })

  test('that the host no longer gives is told to the customer, and to the developer without a secret', async () => {
    const page = await visit(demo, browser, { allowed: [unauthenticated, /^error: \[tessera\]/] })
    await settled(page)
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.context().clearCookies()
    await revokeAll('ATL')
    await choose(page, 'Compare with', 'Period before')
    await card(page, 'Departures').getByText('Your session has ended.').waitFor()
    await expect.poll(() => said.join()).toContain('[tessera] departures/total: UNAUTHENTICATED.')
    expect(said.join()).not.toContain('eyJ')
  })
})

describe('an outage', () => {
  test('of the server, restarted in mid-session, ends by itself', async () => {
    const page = await visit(demo, browser, { allowed: [/ERR_/, /tessera/i] })
    await settled(page)
    const restarted = demo.server.restart()
    await choose(page, 'Compare with', 'Period before')
    await restarted
    await departures(page, '124,707')
    await settled(page)
    expect(await page.getByText('Try again').count()).toBe(0)
  })

  test('of the network is told, and the figures come back with it', async () => {
    const page = await visit(demo, browser, { allowed: [/ERR_INTERNET_DISCONNECTED/, /tessera/i] })
    await settled(page)
    await page.context().setOffline(true)
    await choose(page, 'Compare with', 'Period before')
    await card(page, 'Departures').getByText('You are offline').waitFor()
    await page.context().setOffline(false)
    await page.getByText('You are offline').first().waitFor({ state: 'detached' })
    await settled(page)
    await departures(page, '124,707')
  })
})

describe('an iframe', () => {
  /** The client as a page of the host has it. */
  async function clientScript(): Promise<string> {
    const { outputFiles } = await build({
      entryPoints: ['src/client/frame.ts'],
      bundle: true,
      format: 'iife',
      globalName: 'tessera',
      target: 'es2022',
      write: false,
    })
    return outputFiles[0]?.text ?? ''
  }

  /** A frame in a page of the host's own, connected with tokens that the test makes. */
  async function framed(page: Page, tokens: readonly string[], parent: string): Promise<void> {
    const given = [...tokens]
    await page.exposeFunction('nextToken', () => given.shift() ?? 'none')
    const source = `${demo.server.url}/embed/frame?parent=${parent}`
    await page.evaluate(`${await clientScript()}
      document.body.innerHTML = '<iframe style="width: 900px" title="Figures"></iframe>'
      const frame = document.querySelector('iframe')
      let inHand = null
      tessera.connectTesseraFrame(frame, {
        origin: ${JSON.stringify(demo.server.url)},
        tokens: {
          get: async () => (inHand ??= await nextToken()),
          refused: (token) => { if (token === inHand) inHand = null },
          expiresAt: null,
        },
        attributes: { dashboard: 'departures' },
        onEvent: (name) => { document.body.dataset.heard = (document.body.dataset.heard ?? '') + ' ' + name },
      })
      frame.src = ${JSON.stringify(source)}`)
  }

  test('shows a dashboard with tokens of the page around it, as high as it is, and goes on with the next one', async () => {
    const page = await visit(demo, browser, { bypassCSP: true, allowed: [/Failed to load resource.*401/] })
    const tokens = [
      await demo.server.guestToken({ tenantId: 'MDW', dashboards: ['departures'] }),
      await demo.server.guestToken({ tenantId: 'ATL', dashboards: ['departures'] }),
    ]
    await framed(page, tokens, demo.site.url)
    const inside = page.frameLocator('iframe')
    const total = inside.getByRole('article', { name: 'Departures', exact: true })
    await total.getByText(await countOf("origin = 'MDW'"), { exact: true }).waitFor()
    await page.waitForFunction('document.querySelector("iframe").offsetHeight > 600')
    await revokeAll('MDW')
    await inside.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'Period before' })
    await total.getByText(await countOf("origin = 'ATL'"), { exact: true }).waitFor()
    expect(await page.locator('body').getAttribute('data-heard')).toContain('tessera-ready')
  })
})
