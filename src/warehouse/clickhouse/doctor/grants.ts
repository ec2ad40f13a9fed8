import { type Check, fine, problem, warning } from '../../doctor.ts'

/** One line of SHOW GRANTS. */
export interface Grant {
  /** Without the columns that some are for: `SELECT`, `CREATE TABLE`. */
  readonly privileges: readonly string[]
  /** `*.*`, `data.*`, `data.flights`, or what else a privilege is for. */
  readonly on: string
  readonly to: string
  readonly isForOthers: boolean
}

/** What reading needs or cannot do harm with; everything else is more than a reader should have. */
const ofReaders: ReadonlySet<string> = new Set([
  'CHECK',
  'CLUSTER',
  'DICTGET',
  'SELECT',
  'SHOW',
  'TABLE ENGINE',
  'USAGE',
])

/** Null for what grants a role, whose privileges stand in lines of their own, and for what takes one away. */
export function parseGrant(line: string): Grant | null {
  const match = /^GRANT (?<privileges>.+?) ON (?<on>.+) TO (?<to>.+?)(?<others> WITH GRANT OPTION)?$/.exec(
    line,
  )
  if (match?.groups === undefined) return null
  const { privileges = '', on = '', to = '', others } = match.groups
  const names = privileges.replace(/\([^()]*\)/g, '').split(',')
  return { privileges: names.map((name) => name.trim()), on, to, isForOthers: others !== undefined }
}

/** @param isHeldBack whether the user's settings let it write nothing whatever it was granted */
export function checkGrants(lines: readonly string[], user: string, isHeldBack: boolean): Check {
  const tooMuch = lines.flatMap((line) => {
    const grant = parseGrant(line)
    return grant === null ? [] : [...moreThanReading(grant), ...forOthers(grant)]
  })
  if (tooMuch.length === 0) return fine('grants', `${user} may read, and nothing else.`)
  const names = [...new Set(tooMuch.flatMap((each) => each.names))]
  const shown = `${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`
  const mend = tooMuch.map((each) => each.mend).join('\n')
  return isHeldBack
    ? warning(
        'grants',
        `${user} may do more than read (${shown}); its setting readonly keeps it from it.`,
        mend,
      )
    : problem('grants', `${user} may do more than read: ${shown}.`, mend)
}

interface TooMuch {
  readonly names: readonly string[]
  readonly mend: string
}

function moreThanReading({ privileges, on, to }: Grant): readonly TooMuch[] {
  const names = privileges.filter((privilege) => !isOfReaders(privilege))
  return names.length === 0 ? [] : [{ names, mend: `REVOKE ${names.join(', ')} ON ${on} FROM ${to};` }]
}

/** To give a right to read away is more than to read; what is revoked above takes that with it. */
function forOthers({ privileges, on, to, isForOthers }: Grant): readonly TooMuch[] {
  const given = isForOthers ? privileges.filter(isOfReaders) : []
  if (given.length === 0) return []
  const names = given.map((privilege) => `${privilege} WITH GRANT OPTION`)
  return [{ names, mend: `REVOKE GRANT OPTION FOR ${given.join(', ')} ON ${on} FROM ${to};` }]
}

function isOfReaders(privilege: string): boolean {
  const name = privilege.toUpperCase()
  return ofReaders.has(name) || name.startsWith('SHOW ')
}
