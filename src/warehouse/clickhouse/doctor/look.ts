import type { Logger } from '../../../log.ts'
import { engineErrorOf } from '../../engine-errors.ts'
import type { Parameter } from '../../statement.ts'
import type { Cell } from '../../warehouse.ts'
import { openChdbEngine } from '../chdb.ts'
import { decodeBody } from '../decode.ts'
import { failureOf } from '../failure.ts'
import { openHttpEngine } from '../http.ts'
import type { ChdbSource, ClickHouseSource } from '../source.ts'

/** One way to an engine, for statements that are constant but for names of the model. */
export interface Look {
  /** The address without name and password, or what stands for it. */
  readonly at: string
  /** The rows; what the engine says against it is an answer as well. */
  ask(select: string, ...values: readonly string[]): Promise<Told>
  close(): Promise<void>
}

export type Told =
  | { readonly rows: readonly (readonly Cell[])[] }
  /** `code` is the engine's or the way's own: `497`, `ECONNREFUSED`; `words` are the engine's, of a constant statement. */
  | { readonly code: string; readonly words: string }

const timeoutMs = 10_000
const few = { connections: 2, streams: 1 }

/** For each address one. */
export function lookAt(source: ClickHouseSource, url: string, log: Logger): Look {
  const engine = openHttpEngine({ source: { ...source, urls: [url] }, log, ...few })
  return lookBy(new URL(url).origin, engine)
}

export async function lookInside({ path }: ChdbSource, log: Logger): Promise<Look> {
  return lookBy('inside the process', await openChdbEngine({ path, log, ...few }))
}

function lookBy(at: string, engine: Awaited<ReturnType<typeof openChdbEngine>>): Look {
  async function ask(select: string, ...values: readonly string[]): Promise<Told> {
    const parameters = values.map((value, index): Parameter => ({ name: `p${index}`, type: 'String', value }))
    try {
      const text = `${select} FORMAT JSONColumnsWithMetadata`
      const { columns, rowCount } = decodeBody(
        await engine.send(text, parameters, AbortSignal.timeout(timeoutMs)),
      )
      const rows = Array.from({ length: rowCount }, (_, index) =>
        columns.map((cells) => cells[index] ?? null),
      )
      return { rows }
    } catch (error) {
      return toldBy(error)
    }
  }
  return Object.freeze({ at, ask, close: engine.close })
}

function toldBy(error: unknown): Told {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { code: `no answer within ${timeoutMs / 1000} seconds`, words: '' }
  const failure = failureOf(error)
  const spoken = engineErrorOf(failure)
  if (spoken !== undefined && 'code' in spoken && typeof spoken.code === 'string') {
    return { code: spoken.code, words: spoken.message.slice(0, 300) }
  }
  const { cause } = failure
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return { code: cause.code, words: '' }
  return { code: cause instanceof Error ? cause.message : failure.code, words: '' }
}
