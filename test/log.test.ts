import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { TesseraError } from '../src/errors.ts'
import { describeError } from '../src/log.ts'

test('a log line tells an error of ours by its code', () => {
  expect(describeError(new TesseraError('INTERNAL', { cause: new Error('inside') }))).toEqual({
    type: 'TesseraError',
    code: 'INTERNAL',
    message: 'Something went wrong on the server.',
    stack: expect.stringContaining('log.test.ts'),
  })
})

test('a log line holds neither the statement nor the parameters nor the connection of a failed query', () => {
  const cause = Object.assign(new Error('terminating connection'), {
    code: '57P01',
    client: { secretKey: 42 },
  })
  const failed = new DrizzleQueryError('select * from api_keys where secret_hash = $1', ['deadbeef'], cause)
  const line = JSON.stringify(describeError(failed))
  expect(JSON.parse(line)).toMatchObject({ type: 'Error', code: '57P01', message: 'terminating connection' })
  expect([/api_keys/, /deadbeef/, /secretKey/].filter((secret) => secret.test(line))).toEqual([])
})

test('a log line of what is no error says so', () => {
  expect(describeError('tsk_secret')).toEqual({
    type: 'string',
    message: 'Something that is no error was thrown.',
  })
})
