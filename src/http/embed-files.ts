import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export type Encoding = 'br' | 'gzip' | 'identity'

/** A file that pages load, as it can be sent. */
export interface EmbedFile {
  readonly contentType: string
  /** What it holds is in its name, so that it never changes. */
  readonly immutable: boolean
  /** For `integrity="…"`. */
  readonly integrity: string
  readonly encodings: readonly Encoding[]
  content(encoding: Encoding): Promise<Uint8Array>
}

/** The elements' files by their names below /embed/. There is nothing else to be had. */
export interface EmbedFiles {
  readonly files: ReadonlyMap<string, EmbedFile>
  /** The hashed name of each entry by its stable one, such as `tessera.js`. */
  readonly entries: Readonly<Record<string, string>>
}

const fileName = z.string().regex(/^\w[\w.-]*$/)
const manifestSchema = z.object({
  entries: z.record(fileName, fileName),
  files: z.record(fileName, z.object({ integrity: z.string().startsWith('sha384-') })),
})

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  map: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
}

const suffixes = { br: '.br', gzip: '.gz', identity: '' } as const

/**
 * Reads what `npm run build:embed` made. Files of earlier builds that were copied into the folder, their
 * integrity-<build>.json with them, are served as well, so that pages that pinned them go on.
 * @returns null where nothing was built
 * @throws Error where a manifest is none or a script that it names is missing
 */
export async function readEmbedFiles(folder: string): Promise<EmbedFiles | null> {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.includes('integrity.json')) return null
  const files = new Map<string, EmbedFile>()
  let entries: Readonly<Record<string, string>> = {}
  // The one without a build in its name is the current one, and the last to be read.
  for (const name of names.filter((found) => /^integrity(-.*)?\.json$/.test(found)).sort(currentLast)) {
    const text = await readFile(join(folder, name), 'utf8')
    const manifest = manifestSchema.parse(JSON.parse(text))
    for (const [named, { integrity }] of Object.entries(manifest.files)) {
      files.set(named, await openFile(folder, named, integrity))
    }
    files.set(name, manifestFile(text, name !== 'integrity.json'))
    entries = manifest.entries
  }
  for (const [stable, name] of Object.entries(entries)) {
    const file = files.get(name)
    if (file === undefined) throw new Error(`${folder}: integrity.json describes no file ${name}.`)
    files.set(stable, { ...file, immutable: false })
  }
  return Object.freeze({ files, entries })
}

function currentLast(one: string, other: string): number {
  return Number(one === 'integrity.json') - Number(other === 'integrity.json')
}

/** Scripts are kept in memory, 3 MB of them; their maps are read when someone debugs. */
async function openFile(folder: string, name: string, integrity: string): Promise<EmbedFile> {
  const contentType = contentTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const encodings = ['br', 'gzip', 'identity'] as const
  const read = (encoding: Encoding) => readFile(join(folder, `${name}${suffixes[encoding]}`))
  const file = { contentType, immutable: name !== 'licenses.txt', integrity, encodings }
  if (!name.endsWith('.js')) return { ...file, content: read }
  const contents = { br: await read('br'), gzip: await read('gzip'), identity: await read('identity') }
  return { ...file, content: async (encoding) => contents[encoding] }
}

function manifestFile(text: string, immutable: boolean): EmbedFile {
  const integrity = `sha384-${createHash('sha384').update(text).digest('base64')}`
  const contentType = 'application/json; charset=utf-8'
  return {
    contentType,
    immutable,
    integrity,
    encodings: ['identity'],
    content: async () => Buffer.from(text),
  }
}
