import { build, type Metafile } from 'esbuild'
import { leanEcharts } from './lean-echarts.ts'

/** What esbuild made of one entry: the texts of its files and who imports whom. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly outputs: Metafile['outputs']
  /** The files that were read, relative to the project's folder. */
  readonly inputs: readonly string[]
}

export interface BundleOptions {
  readonly projectFolder: string
  readonly version: string
  /** Such as `src/embed/tessera.ts`. */
  readonly entry: string
}

/** Where esbuild would write; only the names below it matter, since nothing is written. */
const outdir = 'dist/embed'

/**
 * Bundles one entry and what it loads later, each file under a name that its content decides. Entries are bundled
 * each for itself: with a common run, all that two entries share would move to a chunk, a round trip away.
 */
export async function bundle({ projectFolder, version, entry }: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectFolder,
    entryPoints: [entry],
    outdir,
    entryNames: `[name]-${version}-[hash]`,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    legalComments: 'none',
    banner: { js: `/*! Tessera ${version}. Licenses of what is in it: licenses.txt */` },
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfig: 'tsconfig.embed.json',
    plugins: [leanEcharts()],
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const files = new Map(outputFiles.map(({ path, contents }) => [nameOf(path), contents]))
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, output]) => [
      nameOf(path),
      { ...output, imports: output.imports.map((found) => ({ ...found, path: nameOf(found.path) })) },
    ]),
  )
  return { files, outputs, inputs: Object.keys(metafile.inputs) }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(`${outdir}/`) + outdir.length + 1)
}
