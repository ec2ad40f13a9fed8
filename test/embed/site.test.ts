import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { startTestDemo, type TestDemo } from '../support/demo-site.ts'

let demo: TestDemo
let browser: TestBrowser

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startTestDemo(), openBrowser()])
})

afterEach(() => browser.check())

afterAll(async () => {
  await browser.close()
  await demo.close()
})

async function signIn(name: string): Promise<Page> {
  const page = await browser.open(demo.site.url, { allowed: [/Failed to load resource.*40[13]/] })
  await page.getByRole('button', { name }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

describe('the page that cheats', () => {
  test.each([
    ['Maya Chen', 124_711, 5_568],
    ['Sam Rivera', 8_815, 8_266],
  ])('really sends each attempt and comes to nothing for %s', async (name, own, toCalifornia) => {
    const page = await signIn(name)
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
