import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A secret that a start without one makes for itself and finds again at the next: a file in the data folder that its
 * owner alone can read. For development; production is given its secrets.
 */
export async function keptSecret(folder: string, name: string, make: () => string): Promise<string> {
  const path = join(folder, name)
  const known = await readIfThere(path)
  if (known !== null) return known
  const aside = `${path}.${process.pid}`
  await writeFile(aside, make(), { mode: 0o600 })
  try {
    // A file that is there is whole, whenever the process was killed.
    await link(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
  return readFile(path, 'utf8')
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
