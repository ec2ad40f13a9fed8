import { describe, expect, test } from 'vitest'
import { createBatch } from '../../../src/warehouse/postgres/batch.ts'

const text = { text: 'SELECT $1::text', values: ['x'] }

/** What a server sends for BEGIN, the walls, and then a statement of one column of text. */
function answering() {
  const batch = createBatch(text, text)
  const outcome = batch.columns.then(
    (columns) => columns,
    (error: unknown) => error,
  )
  batch.query.handleCommandComplete({ text: 'BEGIN' })
  batch.query.handleDataRow({ fields: ['of the walls'] })
  batch.query.handleCommandComplete({ text: 'SELECT 1' })
  batch.query.handleRowDescription({ fields: [{ dataTypeID: 25 }] })
  return { ...batch, outcome }
}

describe('a transaction in one message', () => {
  test('answers with the rows of its statement alone, once it is committed', async () => {
    const { query, outcome, isAtWork } = answering()
    query.handleDataRow({ fields: ['a'] })
    query.handleDataRow({ fields: [null] })
    query.handleCommandComplete({ text: 'SELECT 2' })
    query.handleCommandComplete({ text: 'COMMIT' })
    expect(isAtWork()).toBe(true)
    query.handleReadyForQuery()
    expect(isAtWork()).toBe(false)
    expect(await outcome).toEqual([['a', null]])
  })

  test('that is rolled back, or ends before its commit, has no answer', async () => {
    const rolledBack = answering()
    rolledBack.query.handleCommandComplete({ text: 'SELECT 0' })
    rolledBack.query.handleCommandComplete({ text: 'ROLLBACK' })
    rolledBack.query.handleReadyForQuery()
    expect(await rolledBack.outcome).toEqual(new Error('PostgreSQL did not answer with COMMIT.'))
    const broken = answering()
    broken.query.handleDataRow({ fields: ['a'] })
    broken.query.handleReadyForQuery()
    expect(await broken.outcome).toEqual(new Error('PostgreSQL did not answer with all of it.'))
  })

  test('whose answer is larger than what a process holds is refused while the engine still sends it', async () => {
    const { query, outcome, isAtWork } = answering()
    query.handleDataRow({ fields: ['x'.repeat(2 ** 27)] })
    query.handleDataRow({ fields: ['x'.repeat(2 ** 27)] })
    query.handleDataRow({ fields: ['x'] })
    expect(await outcome).toMatchObject({ code: 'QUERY_TOO_LARGE' })
    expect(isAtWork()).toBe(true)
  })

  test('has no more values than the protocol counts, and none that is not text', () => {
    const many = { text: 'SELECT 1', values: Array<string>(65_536).fill('x') }
    expect(() => createBatch(text, many)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_LARGE' }))
    const lone = { text: 'SELECT $1::text', values: ['\ud800'] }
    expect(() => createBatch(text, lone)).toThrow('Not a value of a parameter.')
  })
})
