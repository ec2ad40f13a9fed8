import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SiteFile {
  readonly type: string
  readonly content: Buffer
}
export type SiteFiles = ReadonlyMap<string, SiteFile>

/** The same from src/demo/site and from dist/demo/site. */
const projectFolder = fileURLToPath(new URL('../../../', import.meta.url))
const builtScriptFolder = join(projectFolder, 'dist/site')

/** Read once; there are no others. */
export async function readSiteFiles(scriptFolder = builtScriptFolder): Promise<SiteFiles> {
  const folder = join(projectFolder, 'src/demo/site/files')
  const script = await readFile(join(scriptFolder, 'site.js')).catch(() => {
    throw new Error(`${scriptFolder}: the demo's script is not built. Run \`npm run build:embed\`.`)
  })
  return new Map([
    ['/site.js', { type: 'text/javascript; charset=utf-8', content: script }],
    ['/site.css', { type: 'text/css; charset=utf-8', content: await readFile(join(folder, 'site.css')) }],
    ['/logo.svg', { type: 'image/svg+xml', content: await readFile(join(folder, 'logo.svg')) }],
  ])
}
