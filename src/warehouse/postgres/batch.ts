import type { Connection } from 'pg'
import { TesseraError } from '../../errors.ts'
import type { Cell } from '../warehouse.ts'
import { type CellReader, readerOf } from './decode.ts'
import { setUpFailure } from './failure.ts'
import { begin, commit, type Text } from './session.ts'

/** A whole transaction as the driver takes it, and what comes of it. */
export interface Batch {
  readonly query: Submitted
  /** The columns of the statement, once the transaction was committed. */
  readonly columns: Promise<Columns>
  /** Whether the engine may still work on it. */
  isAtWork(): boolean
  /** Whether the server said anything, which it does before it begins with the statement. */
  wasHeard(): boolean
}

type Columns = readonly (readonly Cell[])[]

/** What the driver calls as messages come: its own name for what it can send. */
export interface Submitted {
  submit(connection: Connection): void
  handleRowDescription(message: { readonly fields: readonly { readonly dataTypeID: number }[] }): void
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void
  handleCommandComplete(message: { readonly text: string }): void
  handleReadyForQuery(): void
  handleError(error: Error): void
  handleEmptyQuery(): void
  handlePortalSuspended(): void
}

/** Room for the largest answers that the limits on rows let through, as letters. */
const lettersMax = 256 * 2 ** 20
/** The protocol counts them in 16 bits, and the driver does not look. */
const valuesMax = 65_535
const steps = ['BEGIN', 'SELECT', 'SELECT', 'COMMIT']
const asked = 2

/**
 * BEGIN, the walls, the statement and COMMIT in one message to the server and with one answer: a transaction costs no more
 * ways than a bare statement. Nothing ends the batch but its last part, so after the first refusal the engine skips all that
 * follows: no statement ever runs outside of its walls.
 */
export function createBatch(walls: Text, statement: Text): Batch {
  for (const { values } of [walls, statement]) check(values)
  let resolve: (columns: Columns) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const columns = new Promise<Columns>((resolved, rejected) => {
    resolve = resolved
    reject = rejected
  })
  const cells: Cell[][] = []
  let readers: readonly CellReader[] = []
  let step = 0
  let letters = 0
  let rows = 0
  const rowsMax = statement.rowsMax ?? Number.POSITIVE_INFINITY
  let failed: unknown
  let atWork = true

  const query: Submitted = {
    submit(connection) {
      connection.stream.cork()
      send(connection, begin, false)
      send(connection, walls, false)
      // Said at once: what is lost without a word was lost before the statement.
      connection.flush()
      send(connection, statement, true)
      send(connection, commit, false)
      connection.sync()
      connection.stream.uncork()
    },
    handleRowDescription({ fields }) {
      attempt(() => {
        readers = fields.map(({ dataTypeID }) => readerOf(dataTypeID))
        for (const _ of fields) cells.push([])
      })
    },
    handleDataRow({ fields }) {
      if (step !== asked || failed !== undefined) return
      // Once for each row: no closure and no iterator.
      try {
        keep(fields)
      } catch (error) {
        fail(error)
      }
    },
    handleCommandComplete({ text }) {
      const expected = steps[step] ?? 'nothing'
      if (!text.startsWith(expected)) attempt(() => mistaken(expected))
      step += 1
    },
    handleReadyForQuery() {
      atWork = false
      if (step === steps.length && failed === undefined) resolve(cells)
      else attempt(() => mistaken('all of it'))
    },
    handleError(error) {
      atWork = false
      reject(step < asked ? setUpFailure(error) : error)
    },
    handleEmptyQuery: () => attempt(() => mistaken('a statement')),
    handlePortalSuspended: () => attempt(() => mistaken('all rows')),
  }

  function keep(fields: readonly (string | null)[]): void {
    for (let index = 0; index < fields.length; index += 1) {
      const text = fields[index] ?? null
      letters += text === null ? 0 : text.length
      cells[index]?.push(text === null ? null : (readers[index]?.(text) ?? null))
    }
    rows += 1
    if (letters > lettersMax || rows > rowsMax) throw new TesseraError('QUERY_TOO_LARGE')
  }

  function attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      fail(error)
    }
  }

  /** What comes after a failure is read and forgotten, until whoever waits has ended the transaction. */
  function fail(error: unknown): void {
    failed ??= error
    reject(failed)
  }

  return { query, columns, isAtWork: () => atWork, wasHeard: () => step > 0 }
}

function send(connection: Connection, { text, values }: Text, isDescribed: boolean): void {
  connection.parse({ name: '', text, types: [] }, true)
  connection.bind({ values: [...values] }, true)
  if (isDescribed) connection.describe({ type: 'P', name: '' }, true)
  connection.execute({}, true)
}

function check(values: readonly string[]): void {
  if (values.length > valuesMax) throw new TesseraError('QUERY_TOO_LARGE')
  if (!values.every((value) => value.isWellFormed())) throw new Error('Not a value of a parameter.')
}

function mistaken(expected: string): never {
  throw new Error(`PostgreSQL did not answer with ${expected}.`)
}
