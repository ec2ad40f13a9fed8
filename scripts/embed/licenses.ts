import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() })

/** The licenses and notices of the packages that the inputs are of, as one text. */
export async function licensesOf(projectFolder: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.flatMap((input) => packageFolderOf(input) ?? []))].sort()
  const parts = await Promise.all(folders.map((folder) => licenseOf(join(projectFolder, folder))))
  return parts.join(`\n${'-'.repeat(80)}\n\n`)
}

/** Of `node_modules/echarts/node_modules/tslib/x.js`, the inner package. */
function packageFolderOf(input: string): string | null {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null
}

async function licenseOf(folder: string): Promise<string> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) throw new Error(`${folder} is bundled and is no package.`)
  const { name, version, license } = packageSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const names = (await readdir(folder)).filter((found) => /^(licen[cs]e|notice)([.-]|$)/i.test(found)).sort()
  const texts = await Promise.all(names.map((found) => readFile(join(folder, found), 'utf8')))
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim()), ''].join(
    '\n\n',
  )
}
