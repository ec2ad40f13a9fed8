import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { projectFolder } from './build.ts'

/** The script of the demo's host application: one small file, in a hundredth of a second. */
export async function buildSite(folder = join(projectFolder, 'dist/site')): Promise<void> {
  await mkdir(folder, { recursive: true })
  await build({
    absWorkingDir: projectFolder,
    entryPoints: ['src/demo/site/page/site.ts'],
    outfile: join(folder, 'site.js'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    tsconfig: 'tsconfig.embed.json',
    logLevel: 'silent',
  })
}
