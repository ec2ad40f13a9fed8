import { existsSync } from 'node:fs'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface PageOptions extends BrowserContextOptions {
  /** What the console may say: every other warning or error of a page fails the test. */
  readonly allowed?: readonly RegExp[]
}

/** A browser for a test file. Each page has a context of its own: no cookie and no cache of another. */
export interface TestBrowser {
  open(url: string, options?: PageOptions): Promise<Page>
  /** Closes the pages that were opened since, and fails with what they complained of. For `afterEach`. */
  check(): Promise<void>
  close(): Promise<void>
}

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** @throws Error that says how to get a browser where there is none */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] })
  let contexts: BrowserContext[] = []
  let complaints: string[] = []

  async function open(url: string, { allowed = [], ...options }: PageOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...options })
    contexts.push(context)
    context.setDefaultTimeout(20_000)
    const complain = (text: string) => {
      if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text)
    }
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(`${message.type()}: ${message.text()}`)
    })
    context.on('weberror', (error) => complain(String(error.error().stack ?? error.error())))
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  return {
    open,
    check: async () => {
      const [opened, heard] = [contexts, complaints]
      contexts = []
      complaints = []
      await Promise.all(opened.map((context) => context.close()))
      if (heard.length > 0) throw new Error(`The page complained:\n${heard.join('\n')}`)
    },
    close: () => browser.close(),
  }
}

function browserPath(): string {
  const { CHROMIUM_PATH: given } = process.env
  const path = given ?? paths.find((found) => existsSync(found))
  if (path !== undefined) return path
  throw new Error(
    'These tests drive a browser, and there is none: apt-get install -y chromium, or name one in CHROMIUM_PATH.',
  )
}
