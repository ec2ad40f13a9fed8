import { followChanges } from '../../access/change-feed.ts'
import { type EncryptionKeys, openUnderEither } from '../../access/encryption.ts'
import { secretContext } from '../../access/sealed-secret.ts'
import type { Logger } from '../../log.ts'
import type { EnvironmentIdentity, Store } from '../../store/store.ts'
import type { Found } from '../kept-values.ts'
import { readSecretRows, type SecretRow } from './rows.ts'

/** The secrets of all environments as this process knows them: those of the store, two seconds late at most. */
export interface StoredSecrets {
  /** Takes no store round trip. */
  find(environmentId: string, name: string): Found
  /** One that was set or removed just now: it holds here at once. */
  note(row: SecretRow): void
  /** Called when a secret of an environment was set or removed, here or by another process. */
  onChange(call: (environment: EnvironmentIdentity) => void): void
  /** Learns of them, and then of what other processes change. Answers how to stop. */
  watch(): Promise<() => Promise<void>>
}

export interface StoredSecretsOptions {
  readonly store: Store
  readonly encryptionKeys: EncryptionKeys
  readonly log: Logger
}

type Known = Pick<SecretRow, 'organizationId' | 'environmentId' | 'name' | 'sealed' | 'version' | 'changedAt'>

/** They are kept as they are sealed, and opened for whoever connects. */
export function createStoredSecrets({ store, encryptionKeys, log }: StoredSecretsOptions): StoredSecrets {
  let known: ReadonlyMap<string, Known> = new Map()
  const calls: ((environment: EnvironmentIdentity) => void)[] = []

  function find(environmentId: string, name: string): Found {
    const row = known.get(keyOf({ environmentId, name }))
    if (row === undefined || row.sealed === null) {
      return { value: null, expected: `a secret that is stored; ${name} is not` }
    }
    try {
      const value = openUnderEither(encryptionKeys, secretContext(row), row.sealed)
      return { value, version: row.version }
    } catch {
      return { value: null, expected: `a secret that opens; ${name} was stored under another encryption key` }
    }
  }

  /** A reading that began before may tell of what this took the place of. */
  function change(rows: readonly Known[], of: ReadonlyMap<string, Known> = known): void {
    const next = new Map(of)
    for (const row of rows) {
      const before = next.get(keyOf(row))
      if (before === undefined || before.changedAt <= row.changedAt) next.set(keyOf(row), row)
    }
    replace(next)
  }

  function replace(next: ReadonlyMap<string, Known>): void {
    const changed = new Map<string, EnvironmentIdentity>()
    for (const key of new Set([...known.keys(), ...next.keys()])) {
      const [before, after] = [known.get(key), next.get(key)]
      const row = after ?? before
      if (row === undefined || before?.version === after?.version) continue
      const { organizationId, environmentId } = row
      changed.set(environmentId, { organizationId, environmentId })
    }
    known = next
    for (const environment of changed.values()) for (const call of calls) call(environment)
  }

  async function read(all: boolean): Promise<void> {
    const before = known
    const rows = await readSecretRows(store, all)
    if (!all) return change(rows)
    const noted = [...known].flatMap(([key, row]) => (before.get(key) === row ? [] : [row]))
    change(noted, new Map(rows.map((row) => [keyOf(row), row])))
  }

  return Object.freeze({
    find,
    note: (row: SecretRow) => change([row]),
    onChange: (call) => void calls.push(call),
    watch: () =>
      followChanges({ store, log, channel: 'data_source_secrets', what: 'data source secrets', read }),
  } satisfies StoredSecrets)
}

function keyOf({ environmentId, name }: Pick<Known, 'environmentId' | 'name'>): string {
  return `${environmentId} ${name}`
}
