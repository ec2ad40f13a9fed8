import type { NewTokenIssuer } from '../access/issuers/issuer-rows.ts'
import { type IssuerAlgorithm, issuerAlgorithms, keysMax, readPublicKey } from '../access/issuers/key-set.ts'
import type { Jwk, KeySource } from '../access/issuers/token-issuer.ts'
import { publicMembers } from '../access/key-material.ts'
import { badInput } from '../errors.ts'
import type { TokenIssuerInput } from '../graphql/context.ts'

const namePattern = /^[\x21-\x7e]{1,200}$/
const urlLengthMax = 500

/**
 * What is to be registered; nothing is asked of its URL yet.
 * @param ownIssuer what `iss` of the installation's own tokens says
 * @throws BAD_USER_INPUT with the argument's path
 */
export async function askedIssuer(input: TokenIssuerInput, ownIssuer: string): Promise<NewTokenIssuer> {
  const { issuer, audience = null } = input
  const form = '1 to 200 visible ASCII characters'
  if (!namePattern.test(issuer)) throw badInput('input.issuer', form)
  if (issuer === ownIssuer) throw badInput('input.issuer', 'another than Tessera’s own')
  if (audience !== null && !namePattern.test(audience)) throw badInput('input.audience', form)
  const algorithms = parseAlgorithms(input.algorithms)
  return { issuer, audience, algorithms, keys: await parseSource(input, algorithms) }
}

function parseAlgorithms(asked: TokenIssuerInput['algorithms']): readonly IssuerAlgorithm[] {
  if (asked == null) return issuerAlgorithms
  const algorithms = issuerAlgorithms.filter((algorithm) => asked.includes(algorithm))
  if (algorithms.length > 0 && !asked.includes('HS256')) return algorithms
  throw badInput(
    'input.algorithms',
    `one or more of ${issuerAlgorithms.join(', ')}: who verifies HS256 could sign, too`,
  )
}

async function parseSource(
  { jwksUrl, publicKeys }: TokenIssuerInput,
  algorithms: readonly IssuerAlgorithm[],
): Promise<KeySource> {
  if ((jwksUrl == null) === (publicKeys == null)) {
    throw badInput('input', 'exactly one of jwksUrl and publicKeys')
  }
  if (jwksUrl != null) return { kind: 'url', url: parseUrl(jwksUrl) }
  return { kind: 'inline', keys: await parseKeys(publicKeys ?? [], algorithms) }
}

function parseUrl(text: string): string {
  const url = text.length <= urlLengthMax && URL.canParse(text) ? new URL(text) : null
  const isPlain = url?.username === '' && url.password === '' && url.hash === ''
  // Plain http is for networks that were configured, which is seen when it is asked.
  if (url !== null && isPlain && /^https?:$/.test(url.protocol)) return url.href
  throw badInput(
    'input.jwksUrl',
    `a URL with https of at most ${urlLengthMax} characters, without a user name, a password or a fragment`,
  )
}

async function parseKeys(
  given: readonly Jwk[],
  algorithms: readonly IssuerAlgorithm[],
): Promise<readonly Jwk[]> {
  if (given.length === 0 || given.length > keysMax) {
    throw badInput('input.publicKeys', `1 to ${keysMax} public keys as JWK`)
  }
  const read = await Promise.all(given.map((jwk) => readPublicKey(jwk, algorithms)))
  const kids = new Set<string>()
  return read.map((one, index) => {
    const argument = `input.publicKeys.${index}`
    if ('expected' in one) throw badInput(argument, one.expected)
    if (kids.has(one.kid)) throw badInput(argument, 'a kid of its own')
    kids.add(one.kid)
    // Nothing is kept that is not needed.
    return { ...publicMembers(one.key.algorithm, given[index]), kid: one.kid, alg: one.key.algorithm }
  })
}
