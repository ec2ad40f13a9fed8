import { type Check, fine, problem, warning } from '../../doctor.ts'
import { defaultLimits, streamLimits, streamRowsByDefault } from '../../limits.ts'
import { settingsOf, streamSettings } from '../print-settings.ts'
import { quoteIdentifier, quoteString } from '../quote.ts'
import { checkGrants } from './grants.ts'
import type { Look } from './look.ts'

/** The first with `caseFoldUTF8` and `removeDiacriticsUTF8`, which filters by a part of a text need. */
const oldest = [26, 3] as const

/** Whether an address answers, and as what. */
export async function checkAddress(look: Look): Promise<Check> {
  const told = await look.ask('SELECT version()')
  if ('code' in told) return problem(look.at, unreached(told.code))
  const version = String(told.rows[0]?.[0] ?? '')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1])
  return isOld
    ? problem(
        look.at,
        `ClickHouse ${version}; filters by a part of a text need ${oldest.join('.')} or later.`,
      )
    : fine(look.at, `ClickHouse ${version}.`)
}

const refusals: Readonly<Record<string, string>> = {
  '192': 'It knows no such user.',
  '193': 'It does not accept the password.',
  '194': 'It asks for a password.',
  '516': 'It does not accept the user or the password.',
}

function unreached(code: string): string {
  return refusals[code] ?? (/^\d+$/.test(code) ? `It refuses: ${code}.` : `It is not reached: ${code}`)
}

export async function currentUser(look: Look): Promise<string> {
  const told = await look.ask('SELECT currentUser()')
  return 'rows' in told ? String(told.rows[0]?.[0] ?? '') : ''
}

/** What the user may do, and whether it may say what each statement says of limits and walls. */
export async function* checkUser(look: Look, user: string): AsyncGenerator<Check> {
  const readonly = await look.ask("SELECT toString(getSetting('readonly'))")
  const level = 'rows' in readonly ? String(readonly.rows[0]?.[0] ?? '') : ''
  const grants = await look.ask('SHOW GRANTS FINAL')
  if ('rows' in grants) {
    const lines = grants.rows.map(([line]) => String(line))
    yield checkGrants(lines, user, level === '1' || level === '2')
  } else yield warning('grants', `They cannot be looked at: ${grants.code}.`)
  yield* checkSettings(look, user)
  yield* checkProfile(look, user)
}

const ofStatements = [
  ['settings', settingsOf(defaultLimits, 2, [])],
  ['settings of exports', settingsOf(streamLimits(streamRowsByDefault), 2, streamSettings)],
] as const

async function* checkSettings(look: Look, user: string): AsyncGenerator<Check> {
  for (const [name, settings] of ofStatements) {
    const filters = "additional_table_filters = {'system.one': '1'}"
    const told = await look.ask(`SELECT 1 AS one SETTINGS ${[filters, ...settings].join(', ')}`)
    if ('rows' in told)
      yield fine(name, `${user} may say all that a statement says of its limits and filters.`)
    else yield refusedSettings(name, user, told.code, told.words)
  }
}

/** With other values than their defaults the engine leaves rows out, adds some, or groups them otherwise, and says nothing. */
const ofFigures = [
  'additional_result_filter',
  'aggregate_functions_null_for_empty',
  'empty_result_for_aggregation_by_empty_set',
  'extremes',
  'final',
  'group_by_overflow_mode',
  'group_by_use_nulls',
  'join_overflow_mode',
  'limit',
  'offset',
  'set_overflow_mode',
] as const

/** What the user's profile changes of what figures are made by. */
async function* checkProfile(look: Look, user: string): AsyncGenerator<Check> {
  const names = ofFigures.map((name) => `'${name}'`).join(', ')
  const told = await look.ask(
    `SELECT name, value, default FROM system.settings WHERE value != default AND name IN (${names}) ORDER BY name`,
  )
  for (const row of 'rows' in told ? told.rows : []) yield changedSetting(user, row.map(String))
}

export function changedSetting(user: string, [name = '', value = '', usual = '']: readonly string[]): Check {
  return problem(
    `setting ${name}`,
    `It is ${value} for ${user} and not ${usual === '' ? 'empty' : usual}, so that figures may be others than they should be.`,
    `ALTER USER ${quoteIdentifier(user)} MODIFY SETTINGS ${name} = ${quoteString(usual)};`,
  )
}

function refusedSettings(name: string, user: string, code: string, words: string): Check {
  const alter = `ALTER USER ${quoteIdentifier(user)}`
  const setting = /[Ss]etting '?(\w+)/.exec(words)?.[1] ?? null
  if (code === '164') {
    const what = `${user} may change no settings, so that no statement can say its limits and filters: ${words}`
    return problem(name, what, `${alter} MODIFY SETTINGS readonly = 2;`)
  }
  if (code === '452' && setting !== null) {
    const what = `A constraint keeps statements from saying their limits: ${words}`
    return problem(name, what, `${alter} MODIFY SETTINGS ${setting} WRITABLE;`)
  }
  return problem(name, `A statement with its settings is refused: ${code} ${words}`)
}
