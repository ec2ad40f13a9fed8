import type { Page } from 'playwright-core'
import { openBrowser } from '../test/support/browser.ts'
import { visit } from '../test/support/dashboard-page.ts'
import { startTestDemo } from '../test/support/demo-site.ts'
import { median } from './measure.ts'

/**
 * What a page costs whoever looks at it, in a browser on loopback: the bytes of the first chart, the time from the token
 * to the chart, and the frames of a page with forty widgets while it scrolls.
 */
const rounds = 7
const widgetCount = 40
const viewport = { width: 1280, height: 900 }
const kinds = [
  'daily',
  'top_destinations',
  'weekly_by_state',
  'states',
  'punctuality',
  'tail',
  'total',
  'on_time',
]

const [demo, browser] = await Promise.all([startTestDemo({ effort: 'smallest' }), openBrowser()])
const script = `${demo.server.url}/embed/tessera.js`
try {
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < rounds; round++) {
    const page = await blankPage()
    const sizes = scriptBytes(page)
    cold.push(await firstChart(page))
    if (round === 0) print('bytes over the wire until the first line chart', await sizes())
    await page.goto(`${demo.site.url}/sign-in`)
    warm.push(await firstChart(page))
    await page.context().close()
  }
  print('token answered → first line chart painted, scripts not cached, ms (median)', median(cold))
  print('token answered → first line chart painted, scripts cached, ms (median)', median(warm))
  await scrolling(await blankPage())
} finally {
  await browser.close()
  await demo.close()
}

/** Of somebody who is signed in, and without an element. */
async function blankPage(): Promise<Page> {
  const page = await visit(demo, browser, { viewport })
  // Another context with the same session, so that no script is in its cache.
  const storageState = await page.context().storageState()
  await page.context().close()
  return browser.open(`${demo.site.url}/sign-in`, { storageState, viewport })
}

function scriptBytes(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    if (!request.url().includes('/embed/')) return
    sizes.push(request.sizes().then(({ responseBodySize }) => Math.max(0, responseBodySize)))
  })
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Milliseconds from the end of the token's answer to the frame after the chart has its picture. */
async function firstChart(page: Page): Promise<number> {
  const measured: unknown = await page.evaluate(`new Promise((resolve) => {
    const element = document.createElement('tessera-widget')
    for (const [name, value] of Object.entries({ dashboard: 'departures', widget: 'daily', 'token-endpoint': '/analytics-token' })) element.setAttribute(name, value)
    element.style.cssText = 'display:block;height:360px'
    document.body.prepend(element)
    const script = document.createElement('script')
    script.type = 'module'
    script.src = ${JSON.stringify(script)}
    document.head.append(script)
    const find = (root) => root?.querySelector('canvas') ?? [...(root?.querySelectorAll('*') ?? [])].map((each) => each.shadowRoot && find(each.shadowRoot)).find(Boolean)
    const look = () => {
      if (!find(element.shadowRoot)) return requestAnimationFrame(look)
      requestAnimationFrame(() => {
        const token = performance.getEntriesByName(new URL('/analytics-token', location.href).href).at(-1)
        resolve(performance.now() - token.responseEnd)
      })
    }
    look()
  })`)
  return Number(measured)
}

async function scrolling(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const kinds = ${JSON.stringify(kinds)}
    for (let index = 0; index < ${widgetCount}; index++) {
      const element = document.createElement('tessera-widget')
      for (const [name, value] of Object.entries({ dashboard: 'departures', widget: kinds[index % kinds.length], 'token-endpoint': '/analytics-token' })) element.setAttribute(name, value)
      element.style.cssText = 'display:block;height:360px;margin:16px'
      document.body.append(element)
    }
  })()`)
  await page.addScriptTag({ url: script, type: 'module' })
  await page
    .locator('article[aria-busy="false"]')
    .nth(widgetCount - 1)
    .waitFor()
  await page.waitForTimeout(2_000)
  const frames: unknown = await page.evaluate(`new Promise((resolve) => {
    const long = []
    new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({ type: 'long-animation-frame' })
    const frames = []
    let last = performance.now()
    const step = (now) => {
      frames.push(now - last)
      last = now
      scrollBy(0, 40)
      if (scrollY + innerHeight < document.documentElement.scrollHeight - 1) requestAnimationFrame(step)
      else resolve({ frames: frames.length, longest: Math.round(Math.max(...frames)), over50: frames.filter((ms) => ms > 50).length, longAnimationFrames: long })
    }
    requestAnimationFrame(step)
  })`)
  print(`scrolling through ${widgetCount} widgets`, frames)
}

function print(title: string, result: unknown): void {
  console.log(title, result)
}
