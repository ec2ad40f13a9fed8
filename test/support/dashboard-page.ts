import type { Locator, Page } from 'playwright-core'
import type { PageOptions, TestBrowser } from './browser.ts'
import type { TestDemo } from './demo-site.ts'

/** A page of the demo's application, as somebody who has signed in sees it. */
export async function visit(
  { site }: TestDemo,
  browser: TestBrowser,
  options: PageOptions & { readonly person?: string; readonly path?: string } = {},
): Promise<Page> {
  const { person = 'Maya Chen', path = '/departures', ...rest } = options
  const page = await browser.open(site.url, rest)
  await page.getByRole('button', { name: person }).click()
  await page.waitForURL(/\/departures$/)
  if (path !== '/departures') await page.goto(`${site.url}${path}`)
  return page
}

/** Resolves once each widget of the page has its figures, or says why it has none. */
export async function settled(page: Page): Promise<void> {
  await page.locator('article[aria-busy="false"]').first().waitFor()
  await page.locator('article[aria-busy="true"]').first().waitFor({ state: 'detached' })
}

export function card(page: Page, title: string): Locator {
  return page.getByRole('article', { name: title, exact: true })
}

/** The cells of a widget's table, as they are read; the widget is switched to it. */
export async function tableOf(page: Page, title: string): Promise<readonly (readonly string[])[]> {
  const found = card(page, title)
  if ((await found.getByRole('table').count()) === 0) {
    await found.getByRole('button', { name: `Options for ${title}` }).click()
    await found.getByRole('menuitem', { name: 'Show as table' }).click()
  }
  const rows = found.getByRole('table').getByRole('row')
  await rows.first().waitFor()
  return rows.evaluateAll((all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')),
  )
}

export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).selectOption({ label: option })
}

/** Opens a filter, picks values and closes it again. */
export async function filter(page: Page, title: string, ...values: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
  const search = page.getByRole('combobox', { name: `${title}: Search` })
  for (const value of values) {
    await search.fill(value)
    await page.getByRole('option', { name: new RegExp(`^${value} `) }).click()
  }
  await page.keyboard.press('Escape')
}
