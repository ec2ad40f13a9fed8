import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from '../test/support/browser.ts'
import { card, settled, visit } from '../test/support/dashboard-page.ts'
import { startTestDemo } from '../test/support/demo-site.ts'
import { projectFolder } from './embed/build.ts'

/** The pictures of the README, taken of the demo. Looked at before they are committed. */
const folder = join(projectFolder, 'docs/images')
const desktop = { width: 1280, height: 900 }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

await mkdir(folder, { recursive: true })
const [demo, browser] = await Promise.all([startTestDemo(), openBrowser()])
const open = (options: Parameters<typeof visit>[2]) => visit(demo, browser, { viewport: desktop, ...options })
try {
  await take(await open({}), 'dashboard')
  await take(await open({ path: '/network', colorScheme: 'dark' }), 'dashboard-dark')
  await take(await scrolled(await open({ ...phone, path: '/delays' })), 'dashboard-phone')
  await take(await drilledDown(await open({})), 'drill-down')
  const cheating = await open({ path: '/cheat' })
  await cheating.locator('#cheat[data-done]').waitFor()
  await save(cheating, 'cheat')
} finally {
  await browser.close()
  await demo.close()
}

async function drilledDown(page: Page): Promise<Page> {
  await settled(page)
  await card(page, 'Departures a day').getByRole('button', { name: 'Options' }).click()
  await page.getByRole('menuitem', { name: 'Show records' }).click()
  await page.getByRole('dialog').getByRole('row').nth(5).waitFor()
  return page
}

async function scrolled(page: Page): Promise<Page> {
  await settled(page)
  await card(page, 'Delay, 95th percentile').evaluate((found) => found.scrollIntoView())
  return page
}

async function take(page: Page, name: string): Promise<void> {
  await settled(page)
  await save(page, name)
}

async function save(page: Page, name: string): Promise<void> {
  // Pictures move into place when they come near.
  await page.waitForTimeout(2_500)
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, scale: 'css' })
  const { size } = await stat(path)
  process.stdout.write(`docs/images/${name}.png: ${size} bytes\n`)
}
