import fc from 'fast-check'
import { type Oracle, quoted } from './oracle-duckdb.ts'
import { oracleEvents, oracleEventsByDay } from './oracle-events.ts'
import { instantFrom, type Vocabulary } from './oracle-vocabulary.ts'

const notes = [
  '',
  'plain',
  'Plain',
  'it’s',
  "O'Neill",
  'back\\slash',
  'tab\there',
  'two\nlines',
  'Ünïcode',
  '100%',
  '日本語',
  '🦊',
  'a_b',
  ' a ',
  'NULL',
]
const whole = fc.constantFrom(
  0,
  1,
  -1,
  2.5,
  7,
  '9007199254740992',
  '9007199254740993',
  '9007199254740994',
  '9223372036854775807',
  '-9223372036854775808',
)
const firstVisit = '00000000-0000-4000-8000-000000000001'

const values: Vocabulary['values'] = {
  at: {
    value: fc.oneof(
      instantFrom('2001-01-01T00:00:00Z', '2001-07-01T00:00:00Z'),
      fc.constantFrom('2001-03-01T12:00:00.25Z', '2001-03-01T12:00:00.250001Z', '1999-01-01T00:00:00+02:00'),
    ),
  },
  day: {
    value: fc.constantFrom(
      '2001-01-01',
      '2001-02-28',
      '2001-04-01',
      '2001-05-17',
      '1950-06-06',
      '2222-02-02',
    ),
  },
  person: { value: whole },
  hash: { value: fc.oneof(whole, fc.constantFrom('18446744073709551615', '9223372036854775808')) },
  amount: {
    value: fc.constantFrom(
      0,
      0.5,
      '0.5000',
      '12.3400',
      -3.25,
      0.00005,
      '99999999999999.9999',
      1e24,
      '-1000000000000000000.00001',
    ),
  },
  weight: { value: fc.constantFrom(0, 0.1, 12.5, 1e-7, 1e18, '3.75', -1) },
  share: { value: fc.constantFrom(0, 0.1, 0.25, '0.7', 0.30000001192092896) },
  active: { value: fc.boolean(), isUnordered: true },
  note: {
    value: fc.constantFrom(...notes),
    part: fc.constantFrom(
      '',
      'a',
      'A',
      'pl',
      'PL',
      'ü',
      'Ü',
      'u',
      'UNI',
      'icö',
      '%',
      '_',
      '\\',
      "'",
      '語',
      '🦊',
      '\n',
    ),
  },
  visit: {
    value: fc.constantFrom(firstVisit, firstVisit.replace('1', '2'), '00000000-0000-4000-8000-00000000000A'),
    isUnordered: true,
  },
}

export const eventsVocabulary: Vocabulary = {
  dataset: 'events',
  tenants: ['a', 'b', "c'\\", 'nobody'],
  keys: ['day', 'person', 'hash', 'amount', 'weight', 'active', 'note', 'tenant'],
  time: 'at',
  timeIsDate: false,
  metrics: Object.keys(oracleEvents.metrics),
  values,
  figures: [0, 1, 3, 12.5, 2000, 1e19],
}

export const eventsByDayVocabulary: Vocabulary = {
  ...eventsVocabulary,
  dataset: 'events_by_day',
  keys: ['at', ...eventsVocabulary.keys.filter((key) => key !== 'day')],
  time: 'day',
  timeIsDate: true,
  metrics: Object.keys(oracleEventsByDay.metrics),
}

/** The events of the tenant `early`, about the second from which time is counted. */
const earlyInstants = [
  '1969-12-31 23:57:58.25',
  '1969-12-31 23:59:59.75',
  '1970-01-01 00:00:00',
  '1970-01-01 00:00:00.25',
]

/**
 * Some thousand rows, which both engines get: every value as a hash of the row's number has it, a
 * seventh of each column null, ids beyond 2^53 whose sum is beyond 2^63, and a tenant whose events are older than 1970.
 */
export async function createEvents(oracle: Oracle): Promise<void> {
  const pick = (salt: number, of: string) => `CASE WHEN hash(i * 31 + ${salt}) % 7 > 0 THEN ${of} END`
  const random = (salt: number, below: number | string) => `(hash(i * 37 + ${salt}) % ${below})`
  // Some of them in the same second, apart by milliseconds alone.
  const moment = `(CASE WHEN i % 3 = 0 THEN ${random(24, 20)} * 500000 ELSE ${random(2, 15_552_000)} END)`
  await oracle.run(`
    CREATE TABLE events AS
    SELECT
      CASE WHEN i % 40 = 0 THEN ${quoted("c'\\")} WHEN i % 5 = 0 THEN 'b' ELSE 'a' END AS tenant,
      ${pick(1, `TIMESTAMP '2001-01-01' + to_milliseconds((${moment} * 1000 + ${random(3, 4)} * 250)::BIGINT)`)} AS at_utc,
      ${pick(4, `(DATE '2001-01-01' + ${random(5, 180)}::INTEGER)`)} AS "day",
      ${pick(6, `9007199254740990 + ${random(7, 8)}::BIGINT * (1 + ${random(8, 2)}::BIGINT * 131607490000000)`)} AS person,
      ${pick(9, `CASE WHEN ${random(10, 4)} = 0 THEN ${random(11, 12)} ELSE 18446744073709551615::UBIGINT - ${random(11, 9)} * 2 END`)} AS hash,
      ${pick(11, `CAST(${random(12, 2000)}::BIGINT - 500 AS DECIMAL(18, 4)) + CAST(${random(13, 50)} AS DECIMAL(18, 4)) / 8`)}::DECIMAL(18, 4) AS amount,
      ${pick(14, `${random(15, 80)} / 16.0::DOUBLE`)} AS weight,
      ${pick(16, `(${random(17, 10)} / 10.0)::FLOAT`)} AS share,
      ${pick(18, `${random(19, 3)} > 0`)} AS active,
      ${pick(20, `[${notes.map(quoted).join(', ')}][1 + ${random(21, notes.length)}::INTEGER]`)} AS note,
      ${pick(22, `CAST(lpad(to_hex(${random(23, 30)} * 7 % 30), 8, '0') || '-0000-4000-8000-0000000000' || lpad(to_hex(${random(23, 30)}), 2, '0') AS UUID)`)} AS visit
    FROM range(6000) AS numbers(i)`)
  await oracle.run(`
    INSERT INTO events (tenant, at_utc, amount)
    SELECT 'early', unnest([${earlyInstants.map((at) => `TIMESTAMP '${at}'`).join(', ')}]), 1`)
}
