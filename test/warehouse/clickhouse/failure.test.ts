import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { TesseraError } from '../../../src/errors.ts'
import { failureOf } from '../../../src/warehouse/clickhouse/failure.ts'
import { engineErrorOf } from '../../../src/warehouse/engine-errors.ts'

const messages = {
  QUERY_TIMEOUT: 'The query took longer than its time limit.',
  QUERY_TOO_LARGE: 'The query is larger than its limits.',
  WAREHOUSE_UNAVAILABLE: 'The warehouse cannot be reached.',
  INTERNAL: 'Something went wrong on the server.',
}

test.each([
  ['159', 'QUERY_TIMEOUT'],
  ['160', 'QUERY_TIMEOUT'],
  ['158', 'QUERY_TOO_LARGE'],
  ['241', 'QUERY_TOO_LARGE'],
  ['307', 'QUERY_TOO_LARGE'],
  ['396', 'QUERY_TOO_LARGE'],
  ['193', 'WAREHOUSE_UNAVAILABLE'],
  ['194', 'WAREHOUSE_UNAVAILABLE'],
  ['202', 'WAREHOUSE_UNAVAILABLE'],
  ['209', 'WAREHOUSE_UNAVAILABLE'],
  ['210', 'WAREHOUSE_UNAVAILABLE'],
  ['279', 'WAREHOUSE_UNAVAILABLE'],
  ['394', 'WAREHOUSE_UNAVAILABLE'],
  ['516', 'WAREHOUSE_UNAVAILABLE'],
  ['62', 'INTERNAL'],
  ['60', 'INTERNAL'],
] as const)(
  'exception %s of the engine is %s, and its text with the SQL is in nothing that is logged',
  (code, expected) => {
    const engineError = new ClickHouseError({ message: 'in SELECT secret', code, type: 'ITS_NAME' })
    const failure = failureOf(engineError)
    expect({ code: failure.code, message: failure.message, cause: String(failure.cause) }).toEqual({
      code: expected,
      message: messages[expected],
      cause: `Error: ClickHouse ${code} ITS_NAME`,
    })
    expect(JSON.stringify([failure.details, failure.stack, failure.cause])).not.toContain('secret')
    expect(engineErrorOf(failure)).toBe(engineError)
  },
)

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'HPE_INVALID_CONSTANT',
  'Z_DATA_ERROR',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'INVALID_PURPOSE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'CHDB_CONNECTION',
])('%s of the way there is WAREHOUSE_UNAVAILABLE, with its cause', (code) => {
  const cause = Object.assign(new Error('broken'), { code })
  expect(failureOf(cause)).toMatchObject({
    code: 'WAREHOUSE_UNAVAILABLE',
    message: messages.WAREHOUSE_UNAVAILABLE,
    cause,
  })
})

test.each([
  new TypeError('of SELECT secret'),
  'secret',
  undefined,
  Object.assign(new Error('secret'), { code: 'ODD' }),
])('anything else is INTERNAL and says nothing: %s', (error) => {
  const failure = failureOf(error)
  expect(failure).toMatchObject({ code: 'INTERNAL', message: messages.INTERNAL })
  expect(`${failure.cause}${failure.stack}`).not.toContain('secret')
})

test('an error that has a code already stays itself', () => {
  const error = new TesseraError('QUERY_TIMEOUT')
  expect(failureOf(error)).toBe(error)
})
