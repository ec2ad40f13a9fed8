import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../src/log.ts'
import { openStore } from '../../src/store/connect.ts'
import type { Store } from '../../src/store/store.ts'
import { prepareStore } from './prepared.ts'

/** A PGlite in a folder of its own, which goes when it is closed. */
export async function openTestStore(): Promise<Store> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tessera-store-'))
  await prepareStore(dataFolder)
  const store = await openStore({ dataFolder, log: createLogger('silent') })
  return {
    ...store,
    close: async () => {
      await store.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
