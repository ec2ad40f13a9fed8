import { type Check, fine, problem, warning } from '../../doctor.ts'
import { quoteIdentifier } from '../quote.ts'
import type { SourceFacts } from './facts.ts'

const versionMin = 140_000

/** @param role null: whoever connects */
export function sourceChecks(facts: SourceFacts, role: string | null): readonly Check[] {
  return [
    checkVersion(facts),
    checkEncoding(facts),
    ...checkRole(facts, role ?? facts.login),
    ...(role === null ? [] : [checkLogin(facts)]),
  ]
}

function checkVersion({ version }: SourceFacts): Check {
  const name = `PostgreSQL ${Math.floor(version / 10_000)}`
  if (version >= versionMin) return fine('version', `${name}.`)
  return problem('version', `${name} is older than 14.`)
}

function checkEncoding({ encoding }: SourceFacts): Check {
  if (encoding === 'UTF8') return fine('encoding', 'UTF8.')
  return problem('encoding', `It is ${encoding}, which lacks letters that a question may hold: UTF8 has all.`)
}

function checkRole({ role, login }: SourceFacts, name: string): readonly Check[] {
  const [quoted, quotedLogin] = [quoteIdentifier(name), quoteIdentifier(login)]
  if (role === null) {
    const mend = `CREATE ROLE ${quoted} NOLOGIN NOSUPERUSER NOBYPASSRLS;\nGRANT ${quoted} TO ${quotedLogin};`
    return [problem('role', `There is no role ${name}.`, mend)]
  }
  const { isSuperuser, bypasses, isTakeable } = role
  return [
    isSuperuser
      ? problem(
          'role: superuser',
          `${name} is a superuser, whom nothing binds.`,
          `ALTER ROLE ${quoted} NOSUPERUSER;`,
        )
      : fine('role: superuser', `${name} is none.`),
    bypasses
      ? problem('role: bypass', `${name} bypasses row-level security.`, `ALTER ROLE ${quoted} NOBYPASSRLS;`)
      : fine('role: bypass', `Row-level security binds ${name}.`),
    isTakeable
      ? fine('role: membership', `${login} may take it.`)
      : problem('role: membership', `${login} may not take it.`, `GRANT ${quoted} TO ${quotedLogin};`),
  ]
}

/** Who connects is bound by the role in each transaction; a user that could do more than that is a thinner wall. */
function checkLogin({ login, loginBypasses }: SourceFacts): Check {
  if (!loginBypasses) return fine('user', `${login} is no superuser and bypasses nothing.`)
  return warning(
    'user',
    `${login} is bound by nothing but the role: connect as a user that is none of the administrators.`,
  )
}
