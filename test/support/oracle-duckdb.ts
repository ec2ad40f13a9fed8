import { DuckDBInstance } from '@duckdb/node-api'

export type OracleCell = string | number | bigint | boolean | null
export type OracleRow = Readonly<Record<string, OracleCell>>

/** A second engine, in memory, that shares nothing with the project but the files. */
export interface Oracle {
  run(text: string): Promise<void>
  rows(text: string): Promise<readonly OracleRow[]>
  close(): void
}

export async function openOracle(): Promise<Oracle> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  return {
    run: async (text) => {
      await connection.run(text)
    },
    rows: async (text) => {
      const reader = await connection.runAndReadAll(text)
      return reader.getRowObjectsJS().map((row) => mapValues(row, cellOf))
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]))
}

/** Whatever is not a plain value is cast to one in the statement. */
function cellOf(value: unknown): OracleCell {
  if (value === null) return null
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      throw new Error(`The oracle answered with ${String(value)}.`)
  }
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

interface Near {
  readonly asymmetricMatch: (actual: unknown) => boolean
  readonly toString: () => string
}

/** Equal to 1e-9 of the figure; stands where a plain value would in an expected answer. */
export function near(expected: number): Near {
  return {
    asymmetricMatch: (actual: unknown) =>
      typeof actual === 'number' && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    toString: () => `near ${expected}`,
  }
}
