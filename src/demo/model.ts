import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HostContext } from '../graphql/context.ts'

const modelPath = fileURLToPath(new URL('../../examples/flights.yaml', import.meta.url))

/**
 * Applies the example where there is no model yet, or where the example was edited since it was applied. A model that
 * someone has applied since then stays.
 */
export async function applyDemoModel(host: HostContext, dataFolder: string): Promise<void> {
  const document = await readFile(modelPath, 'utf8')
  const digest = createHash('sha256').update(document).digest('hex')
  const digestPath = join(dataFolder, 'demo-model')
  const applied = await readFile(digestPath, 'utf8').catch(() => null)
  const isEmpty = Object.keys(await host.exportModel()).length === 0
  if (!isEmpty && (applied === null || applied === digest)) return
  await host.applyModel(document, { dryRun: false })
  await writeFile(digestPath, digest)
}
