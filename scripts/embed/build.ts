import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type Bundle, bundle } from './bundle.ts'
import { compress, type Effort } from './compress.ts'
import { licensesOf } from './licenses.ts'

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
export const embedFolder = join(projectFolder, 'dist/embed')

/** The page's elements, and the page of an iframe; what is not there is left out. */
const entries = ['src/embed/tessera.ts', 'src/embed/frame.ts']

/** One file as the manifest, integrity.json, describes it. */
export interface ManifestFile {
  /** For `integrity="…"`. */
  readonly integrity: string
  readonly bytes: number
  readonly brotliBytes: number
  readonly gzipBytes: number
  /** What the browser loads before this runs, and what this loads when it is needed; names of files. */
  readonly imports: readonly string[]
  readonly lazy: readonly string[]
}

export interface Manifest {
  readonly version: string
  /** The version and what the content decides: two builds that differ in a byte differ in this. */
  readonly build: string
  /** The hashed name of each entry by its stable one, such as `tessera.js`. */
  readonly entries: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, ManifestFile>>
}

export interface BuildOptions {
  /** The folder that is replaced; dist/embed by default. */
  readonly folder?: string
  readonly effort?: Effort
}

/**
 * Builds the files that pages load. The folder is made aside and takes the place of the old one when it is whole.
 * @throws esbuild's failure with its messages
 */
export async function buildEmbed({
  folder = embedFolder,
  effort = 'smallest',
}: BuildOptions = {}): Promise<Manifest> {
  const version = await packageVersion()
  const present = entries.filter((entry) => existsSync(join(projectFolder, entry)))
  const bundles = await Promise.all(present.map((entry) => bundle({ projectFolder, version, entry })))
  const inputs = [...new Set(bundles.flatMap((made) => made.inputs))].sort()
  const contents = new Map(bundles.flatMap((made) => [...made.files]))
  contents.set('licenses.txt', Buffer.from(await licensesOf(projectFolder, inputs)))

  const aside = `${folder}.${process.pid}.${Date.now()}`
  await mkdir(aside, { recursive: true })
  const files: Record<string, ManifestFile> = {}
  await Promise.all(
    [...contents].map(async ([name, content]) => {
      const { br, gz } = await compress(content, name.endsWith('.map') ? 'fast' : effort)
      files[name] = {
        integrity: `sha384-${createHash('sha384').update(content).digest('base64')}`,
        bytes: content.length,
        brotliBytes: br.length,
        gzipBytes: gz.length,
        ...importsOf(name, bundles),
      }
      await writeFile(join(aside, name), content)
      await writeFile(join(aside, `${name}.br`), br)
      await writeFile(join(aside, `${name}.gz`), gz)
    }),
  )
  const manifest = manifestOf(version, bundles, files)
  for (const [stable, name] of Object.entries(manifest.entries)) {
    // For bundlers; the server answers a stable name with the entry itself.
    await writeFile(join(aside, stable), `export * from './${name}'\n`)
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  await writeFile(join(aside, 'integrity.json'), text)
  // Under a name of its own as well, so that files of an earlier build can be kept beside those of a later one.
  await writeFile(join(aside, `integrity-${manifest.build}.json`), text)
  await writeFile(join(aside, 'inputs.json'), JSON.stringify(await stampsOf(inputs)))
  await replace(folder, aside)
  return manifest
}

/** Builds where an input has changed since the last build, or where there is none. @returns whether it built */
export async function buildEmbedIfChanged(options: BuildOptions = {}): Promise<boolean> {
  if (await isUpToDate(options.folder ?? embedFolder)) return false
  await buildEmbed(options)
  return true
}

const stampsSchema = z.record(z.string(), z.string())

/** A new file needs a change in an old one to be imported, so the inputs of the last build are all to look at. */
async function isUpToDate(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'inputs.json'), 'utf8').catch(() => null)
  if (text === null) return false
  const before = stampsSchema.parse(JSON.parse(text))
  const missing = entries.some(
    (entry) => before[entry] === undefined && existsSync(join(projectFolder, entry)),
  )
  if (missing) return false
  const now = await stampsOf(Object.keys(before)).catch(() => null)
  return now !== null && JSON.stringify(now) === JSON.stringify(before)
}

async function stampsOf(inputs: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const own = ['package.json', 'tsconfig.embed.json', 'scripts/embed/bundle.ts', 'scripts/embed/build.ts']
  const paths = [...new Set([...inputs, ...own])].sort()
  const stamps = await Promise.all(
    paths.map(async (path) => {
      const { mtimeMs, size } = await stat(join(projectFolder, path))
      return [path, `${mtimeMs} ${size}`] as const
    }),
  )
  return Object.fromEntries(stamps)
}

function importsOf(name: string, bundles: readonly Bundle[]): Pick<ManifestFile, 'imports' | 'lazy'> {
  const found = bundles.flatMap(({ outputs }) => outputs[name]?.imports ?? [])
  const of = (kind: string) => [
    ...new Set(found.filter((each) => each.kind === kind && each.external !== true).map(({ path }) => path)),
  ]
  return { imports: of('import-statement'), lazy: of('dynamic-import') }
}

function manifestOf(
  version: string,
  bundles: readonly Bundle[],
  files: Readonly<Record<string, ManifestFile>>,
): Manifest {
  const named = bundles.flatMap(({ outputs }) =>
    Object.entries(outputs).flatMap(([name, { entryPoint = '' }]) => {
      const entry = entries.find((known) => known === entryPoint)
      return entry === undefined ? [] : [[stableName(entry), name] as const]
    }),
  )
  const sorted = Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)))
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 12)
  return { version, build: `${version}-${digest}`, entries: Object.fromEntries(named), files: sorted }
}

/** `src/embed/tessera.ts` is `tessera.js`. */
function stableName(entry: string): string {
  return entry.replace(/^.*\/(.*)\.ts$/, '$1.js')
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

async function replace(folder: string, aside: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const old = `${aside}.old`
  if (existsSync(folder)) await rename(folder, old)
  await rename(aside, folder)
  await rm(old, { recursive: true, force: true })
}
