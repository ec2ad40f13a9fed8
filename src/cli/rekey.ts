import type { EncryptionKeys } from '../access/encryption.ts'
import { type Rekeyed, rekey as sealAgain } from '../access/rekey.ts'
import { type Config, ConfigError, readConfig, settings } from '../config.ts'
import { createLogger } from '../log.ts'
import { openStore } from '../store/connect.ts'
import { createClosers } from './closers.ts'
import { lockDataFolder } from './data-folder-lock.ts'

/**
 * Encrypts what is kept encrypted with the new key. Servers that have both keys may run meanwhile; the embedded store
 * is one process's own, and its server must be stopped.
 */
export async function rekey(): Promise<void> {
  const config = readConfig(process.env)
  const keys = keysOf(config)
  const log = createLogger(config.logLevel)
  const { databaseUrl, dataFolder } = config
  const closers = createClosers()
  try {
    if (databaseUrl === undefined) closers.add((await lockDataFolder(dataFolder)).release)
    const store = await openStore({ databaseUrl, dataFolder, log })
    closers.add(store.close)
    const { signingKeys, dataSourceSecrets } = await sealAgain(store, keys)
    tell('Signing keys', signingKeys)
    tell('Secrets of data sources', dataSourceSecrets)
    process.stdout.write(
      'Once every server has the new key, TESSERA_ENCRYPTION_KEY_PREVIOUS is no longer needed.\n',
    )
  } finally {
    await closers.closeAll()
  }
}

function tell(what: string, { sealed, total }: Rekeyed): void {
  process.stdout.write(`${what} encrypted with the new key: ${sealed}. Had it already: ${total - sealed}.\n`)
}

function keysOf({ encryptionKey, previousEncryptionKey }: Config): EncryptionKeys {
  const { expected } = settings.TESSERA_ENCRYPTION_KEY
  if (encryptionKey === undefined || previousEncryptionKey === undefined) {
    const missing = [
      ...(encryptionKey === undefined ? [`TESSERA_ENCRYPTION_KEY: expected the new key: ${expected}.`] : []),
      ...(previousEncryptionKey === undefined
        ? [`TESSERA_ENCRYPTION_KEY_PREVIOUS: expected the key so far: ${expected}.`]
        : []),
    ]
    throw new ConfigError(missing)
  }
  if (encryptionKey.equals(previousEncryptionKey)) {
    throw new ConfigError([
      'TESSERA_ENCRYPTION_KEY_PREVIOUS: expected another key than TESSERA_ENCRYPTION_KEY.',
    ])
  }
  return { current: encryptionKey, previous: previousEncryptionKey }
}
