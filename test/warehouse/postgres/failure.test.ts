import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { TesseraError } from '../../../src/errors.ts'
import { engineErrorOf } from '../../../src/warehouse/engine-errors.ts'
import { failureOf, setUpFailure } from '../../../src/warehouse/postgres/failure.ts'

const secret = 'SELECT "card" FROM people WHERE tenant = \'acme\''

function engineError(code: string): DatabaseError {
  const error = new DatabaseError(`relation "people" at ${secret}`, 0, 'error')
  return Object.assign(error, { code, detail: secret, table: 'people', where: secret })
}

const meanings = [
  ['57014', 'QUERY_TIMEOUT'],
  ['25P03', 'QUERY_TIMEOUT'],
  ['25P04', 'QUERY_TIMEOUT'],
  ['53200', 'QUERY_TOO_LARGE'],
  ['53400', 'QUERY_TOO_LARGE'],
  ['54001', 'QUERY_TOO_LARGE'],
  ['54023', 'QUERY_TOO_LARGE'],
  ['22P05', 'WAREHOUSE_UNAVAILABLE'],
  ['08006', 'WAREHOUSE_UNAVAILABLE'],
  ['28P01', 'WAREHOUSE_UNAVAILABLE'],
  ['3D000', 'WAREHOUSE_UNAVAILABLE'],
  ['40001', 'WAREHOUSE_UNAVAILABLE'],
  ['53300', 'WAREHOUSE_UNAVAILABLE'],
  ['53100', 'WAREHOUSE_UNAVAILABLE'],
  ['55P03', 'WAREHOUSE_UNAVAILABLE'],
  ['57P01', 'WAREHOUSE_UNAVAILABLE'],
  ['57P03', 'WAREHOUSE_UNAVAILABLE'],
  ['58030', 'WAREHOUSE_UNAVAILABLE'],
  ['22003', 'INTERNAL'],
  ['42P01', 'INTERNAL'],
  ['42601', 'INTERNAL'],
  ['XX000', 'INTERNAL'],
] as const

describe('what the engine says', () => {
  test.each(meanings)('%s is %s, and names its code alone', (code, expected) => {
    const error = engineError(code)
    const failure = failureOf(error)
    expect(failure).toMatchObject({ code: expected, cause: new Error(`PostgreSQL ${code}`) })
    expect(JSON.stringify([failure, failure.cause, failure.message, failure.details])).not.toMatch(
      /people|acme/,
    )
    expect(engineErrorOf(failure)).toBe(error)
  })

  test.each(['42501', '25006'])('%s is the second wall that refuses, and an alarm', (code) => {
    expect(failureOf(engineError(code))).toMatchObject({
      code: 'INTERNAL',
      cause: { name: 'PolicyViolation', rule: 'engine_refused', message: `PostgreSQL ${code}` },
    })
  })

  test.each(['42501', '22023'])('%s where the role is taken means that nothing was set up for it', (code) => {
    expect(setUpFailure(engineError(code))).toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      cause: new Error(`PostgreSQL: ${code} where the role is taken`),
    })
    expect(setUpFailure(engineError('57014'))).toMatchObject({ code: 'QUERY_TIMEOUT' })
  })
})

describe('what the driver says', () => {
  const of = (message: string, code?: string) => Object.assign(new Error(message), code && { code })
  test.each([
    [of('connect ECONNREFUSED 10.0.0.7:5432', 'ECONNREFUSED'), 'PostgreSQL: ECONNREFUSED'],
    [of('getaddrinfo ENOTFOUND db.internal', 'ENOTFOUND'), 'PostgreSQL: ENOTFOUND'],
    [of('write EPIPE', 'EPIPE'), 'PostgreSQL: EPIPE'],
    [of('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'PostgreSQL: DEPTH_ZERO_SELF_SIGNED_CERT'],
    [of('altnames', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'PostgreSQL: ERR_TLS_CERT_ALTNAME_INVALID'],
    [of('Connection terminated unexpectedly'), 'PostgreSQL: connection lost'],
    [of('Connection terminated due to connection timeout'), 'PostgreSQL: connection lost'],
    [of('timeout expired'), 'PostgreSQL: connection lost'],
    [of('Client has encountered a connection error and is not queryable'), 'PostgreSQL: connection lost'],
    [of('The server does not support SSL connections'), 'PostgreSQL: connection lost'],
    [
      of('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string'),
      'PostgreSQL: connection lost',
    ],
  ])('%s means that it cannot be reached, without the address', (error, cause) => {
    const failure = failureOf(error)
    expect(failure).toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE', cause: new Error(cause) })
    expect(engineErrorOf(failure)).toBe(error)
  })

  test('and anything else is a mistake of ours', () => {
    expect(failureOf(new RangeError(secret))).toMatchObject({
      code: 'INTERNAL',
      cause: new Error('Unexpected RangeError'),
    })
    const known = new TesseraError('QUERY_TOO_LARGE')
    expect(failureOf(known)).toBe(known)
  })
})
