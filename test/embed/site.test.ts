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
  test.each(['Maya Chen', 'Luis Ortega', 'Sam Rivera'])('comes to nothing for %s', async (name) => {
    const page = await signIn(name)
    await page.getByRole('link', { name: 'Try to cheat' }).click()
    await page.locator('#cheat[data-done]').waitFor()
    const outcomes = await page
      .locator('.attempts > li')
      .evaluateAll((items) =>
        items.map((item) => [
          item.className,
          item.querySelector('h2')?.textContent,
          item.querySelector('.outcome')?.textContent,
        ]),
      )
    console.log(outcomes)
  })
})
