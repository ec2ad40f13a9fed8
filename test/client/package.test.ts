import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const { dependencies, exports, files } = JSON.parse(await readFile(`${root}package.json`, 'utf8'))

async function bundled(entry: string) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
  })
  const packages = Object.keys(metafile.inputs).flatMap((path) => {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
    return name === undefined ? [] : [name]
  })
  return { packages: [...new Set(packages)].sort(), code: outputFiles[0]?.contents ?? new Uint8Array() }
}

describe('the package', () => {
  it('brings to a page two small readers of what comes over the wire, and nothing of GraphQL', async () => {
    const { packages, code } = await bundled('src/client/entry.ts')
    expect(packages).toEqual(['eventsource-parser', 'meros'])
    expect(packages.filter((name) => !(name in dependencies))).toEqual([])
    expect(gzipSync(code).length).toBeLessThan(12_000)
  })

  it('brings to a backend nothing but itself', async () => {
    expect((await bundled('src/host/entry.ts')).packages).toEqual([])
  })

  it('exports what is built from here, with its types', () => {
    const targets: string[] = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [] : Object.values(Object(target)),
    )
    const folders = [...new Set(targets.map((path) => path.split('/')[1]))]
    expect(folders.filter((folder) => !files.includes(folder))).toEqual([])
    const sources = targets.map((path) => path.replace(/^[.]\/dist\/(.*?)([.]d)?[.](ts|js)$/, './src/$1.ts'))
    expect(sources.filter((path) => !existsSync(`${root}${path}`))).toEqual([])
  })
})
