import { expect, test } from 'vitest'
import { parseColumnType } from '../../../src/warehouse/clickhouse/column-type.ts'

const integer = (bits: number, signed: boolean) => ({ kind: 'integer', bits, signed })
const instant = (fraction: number) => ({ kind: 'instant', fraction })

test.each([
  ['String', { kind: 'string' }],
  ['UUID', { kind: 'uuid' }],
  ['Bool', { kind: 'boolean' }],
  ['UInt8', integer(8, false)],
  ['Int32', integer(32, true)],
  ['UInt64', integer(64, false)],
  ['Int256', integer(256, true)],
  ['Float32', { kind: 'float', bits: 32 }],
  ['Float64', { kind: 'float', bits: 64 }],
  ['Decimal(18, 4)', { kind: 'decimal', precision: 18, scale: 4 }],
  ['Date', { kind: 'date' }],
  ['Date32', { kind: 'date' }],
  ['DateTime', instant(0)],
  ["DateTime('Europe/Berlin')", instant(0)],
  ['DateTime64(3)', instant(3)],
  ["DateTime64(9, 'UTC')", instant(9)],
])('%s has its type, plain, nullable and of low cardinality', (text, type) => {
  expect(parseColumnType(text)).toEqual({ type, nullable: false })
  expect(parseColumnType(`Nullable(${text})`)).toEqual({ type, nullable: true })
  expect(parseColumnType(`LowCardinality(${text})`)).toEqual({ type, nullable: false })
  expect(parseColumnType(`LowCardinality(Nullable(${text}))`)).toEqual({ type, nullable: true })
})

test.each([
  // Padded with zeros, and refusing to be compared with what is no member: neither compares as text does.
  'FixedString(16)',
  "Enum8('a' = 1, 'b)' = 2)",
  "Enum16('Nullable(' = 1)",
  'Array(String)',
  'Array(Nullable(String))',
  'Map(String, UInt64)',
  'Tuple(a String, b Int8)',
  'JSON',
  'IPv6',
  'Point',
  'Int24',
  'AggregateFunction(sum, Int64)',
  'SimpleAggregateFunction(sum, Int64)',
  'Nothing',
  '',
])('%s is nothing that can be asked of', (text) => {
  expect(parseColumnType(text)).toEqual({ type: null, nullable: false })
})
