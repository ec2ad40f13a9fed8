import type { KeptValue } from '../catalogue/data-source.ts'
import type { EnvironmentIdentity } from '../store/store.ts'

/** Where the values are that a model names and does not hold. */
export interface KeptValues {
  /** A variable of the process that models may use. */
  variable(name: string): Found
  secret(environmentId: string, name: string): Found
  /** Called when secrets of an environment changed. */
  onChange(call: (environment: EnvironmentIdentity) => void): void
}

/**
 * `version` differs where the value may, and says nothing of it. What is missing is told to whoever writes the model, and to
 * the log.
 */
export type Found =
  | { readonly value: string; readonly version: string }
  | { readonly value: null; readonly expected: string }

export function findKept(values: KeptValues, environmentId: string, kept: KeptValue): Found {
  return 'env' in kept ? values.variable(kept.env) : values.secret(environmentId, kept.secret)
}

/** Anything else in the environment of the process is not the model's: `TESSERA_ENCRYPTION_KEY` would make an address, too. */
const ofDataSources = /^(CLICKHOUSE|POSTGRES)(_[A-Z0-9]+)*$/

export interface ModelVariables {
  /** The names that an operator added. */
  readonly listed: readonly string[]
  readonly values: ReadonlyMap<string, string>
}

/** Of an environment, what models may use. */
export function modelVariables(
  environment: Readonly<Record<string, string | undefined>>,
  listed: readonly string[],
): ModelVariables {
  const entries = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value !== undefined && mayUse(name, listed) ? [[name, value]] : [],
  )
  return Object.freeze({ listed, values: new Map(entries) })
}

export function findVariable({ listed, values }: ModelVariables, name: string): Found {
  const value = values.get(name) ?? ''
  if (value !== '') return { value, version: '' }
  const expected = mayUse(name, listed)
    ? `a variable that is set where the server runs; ${name} is not`
    : `a variable whose name starts with CLICKHOUSE_ or POSTGRES_, or is one of TESSERA_DATA_SOURCE_VARIABLES; ${name} is neither`
  return { value: null, expected }
}

function mayUse(name: string, listed: readonly string[]): boolean {
  return ofDataSources.test(name) || listed.includes(name)
}
