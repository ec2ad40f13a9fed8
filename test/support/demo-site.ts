import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEmbed } from '../../scripts/embed/build.ts'
import { buildSite } from '../../scripts/embed/build-site.ts'
import type { Effort } from '../../scripts/embed/compress.ts'
import { type DemoSite, startDemoSite } from '../../src/demo/site/site.ts'
import { createTesseraHost } from '../../src/host/entry.ts'
import { createLogger } from '../../src/log.ts'
import { startTestServer, type TestServer } from './server.ts'

/** The demo as a person sees it: the API with its three million flights, and the application that embeds it. */
export interface TestDemo {
  readonly server: TestServer
  readonly site: DemoSite
  close(): Promise<void>
}

export async function startTestDemo({
  effort = 'fast',
}: {
  readonly effort?: Effort
} = {}): Promise<TestDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-pages-'))
  const embedFolder = join(folder, 'embed')
  await Promise.all([buildEmbed({ folder: embedFolder, effort }), buildSite(folder)])
  const site = await startDemoSite({ port: 0, log: createLogger('silent'), scriptFolder: folder })
  const environment = { TESSERA_ALLOWED_ORIGINS: site.origins.join(',') }
  const server = await startTestServer({ environment, embedFolder })
  site.open({ url: server.url, host: createTesseraHost({ url: server.url, apiKey: server.apiKey }) })
  return {
    server,
    site,
    close: async () => {
      await site.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
