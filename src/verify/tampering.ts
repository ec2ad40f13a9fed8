import type { Check, Finding } from './attempt.ts'
import { shortened } from './attempt.ts'
import type { Reply, Sent } from './client.ts'
import { bothWays, type Context, type Visitor } from './context.ts'
import type { Tampered } from './forgery.ts'
import { parseJson, textAt } from './json.ts'
import { judgeWithoutData, type Verdict } from './judge.ts'
import { revokedTokenCheck } from './revoked-token.ts'
import { tamperedTokens } from './tampered-tokens.ts'

const viewerQuery = 'query Viewer { viewer { tenantId } }'
const endpoint = '/graphql'

/** Tokens, keys and requests that no one issued: each must be refused, and none may be told anything. */
export async function tamperingChecks(context: Context): Promise<readonly Check[]> {
  const published = await context.client.send({ method: 'GET', path: '/.well-known/jwks.json', headers: {} })
  const keys = published.status === 200 ? parseJson(published.text) : null
  const tokens = bothWays(context).flatMap(([own, other]) =>
    tamperedTokens(own, other, keys).map((tampered) => tokenCheck(context, tampered, own)),
  )
  const [[own, other] = []] = bothWays(context)
  if (own === undefined || other === undefined) return tokens
  return [
    ...tokens,
    ...requests(context, own, other).map((check) => requestCheck(context, check, own)),
    revokedTokenCheck(context, own.tenantId),
  ]
}

function tokenCheck(context: Context, { what, token, isSpelling }: Tampered, own: Visitor): Check {
  const sent = posted({ authorization: `Bearer ${token}` })
  return requestCheck(context, { what, sent, ...(isSpelling && { isSpelling }) }, own)
}

interface TamperedRequest {
  readonly what: string
  readonly sent: Sent
  readonly isSpelling?: true
}

function posted(headers: Sent['headers'], more: object = {}): Sent {
  return {
    method: 'POST',
    path: endpoint,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query: viewerQuery, ...more }),
  }
}

/** Credentials where none belong, in forms that none have, and none at all. */
function requests({ apiKey }: Context, own: Visitor, other: Visitor): readonly TamperedRequest[] {
  const { token } = own
  const bent = `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`
  const inAddress = (name: string) =>
    `${endpoint}?${new URLSearchParams({ query: viewerQuery, [name]: token })}`
  const schemes = ['bearer', 'BEARER', 'Basic', 'Token', 'JWT', 'Digest', 'DPoP', 'Bearer,', 'Bearer:']
  const ofSchemes = schemes.map((scheme): [string, Sent] => [
    `the scheme ${scheme}`,
    posted({ authorization: `${scheme} ${token}` }),
  ])
  const elsewhere = [
    'x-authorization',
    'x-api-key',
    'x-access-token',
    'x-forwarded-authorization',
    'proxy-authorization',
  ]
  const ofHeaders = elsewhere.map((name): [string, Sent] => [
    `the token in ${name}`,
    posted({ [name]: `Bearer ${token}` }),
  ])
  const tenantHeaders = ['x-tenant-id', 'x-tenant', 'x-user-id', 'x-forwarded-user'].map(
    (name): [string, Sent] => [`no credential and a tenant in ${name}`, posted({ [name]: own.tenantId })],
  )
  const named: readonly (readonly [string, Sent])[] = [
    ...ofSchemes,
    ...ofHeaders,
    ...tenantHeaders,
    ['nothing at all', posted({})],
    ['an empty Authorization header', posted({ authorization: '' })],
    ['a scheme and no token', posted({ authorization: 'Bearer ' })],
    ['no scheme', posted({ authorization: token })],
    ['two spaces after the scheme', posted({ authorization: `Bearer  ${token}` })],
    ['a tab after the scheme', posted({ authorization: `Bearer\t${token}` })],
    ['quotes around the token', posted({ authorization: `Bearer "${token}"` })],
    ['the scheme twice', posted({ authorization: `Bearer Bearer ${token}` })],
    ['a space in the token', posted({ authorization: `Bearer ${token.slice(0, 20)} ${token.slice(20)}` })],
    ['two tokens in one header', posted({ authorization: `Bearer ${token}, Bearer ${other.token}` })],
    ['two Authorization headers', posted({ Authorization: [`Bearer ${token}`, `Bearer ${other.token}`] })],
    [
      'two Authorization headers of the same',
      posted({ Authorization: [`Bearer ${token}`, `Bearer ${token}`] }),
    ],
    ['a token and an API key', posted({ Authorization: [`Bearer ${token}`, `Bearer ${apiKey}`] })],
    [
      'the token in a cookie',
      posted({ cookie: `token=${token}; authorization=Bearer ${token}; access_token=${token}` }),
    ],
    ['the token in the body', posted({}, { token, authorization: `Bearer ${token}`, access_token: token })],
    ['the token among the variables', posted({}, { variables: { token, authorization: `Bearer ${token}` } })],
    ['the token in extensions', posted({}, { extensions: { authorization: `Bearer ${token}` } })],
    ...['token', 'access_token', 'authorization'].map((name): [string, Sent] => [
      `the token as ${name} in the address`,
      { method: 'GET', path: inAddress(name), headers: { accept: 'application/json' } },
    ]),
    ['an API key with another last character', posted({ authorization: `Bearer ${bent}` })],
    ['half an API key', posted({ authorization: `Bearer ${apiKey.slice(0, apiKey.length / 2)}` })],
    ['an API key in upper case', posted({ authorization: `Bearer ${apiKey.toUpperCase()}` })],
    ['an API key that goes on', posted({ authorization: `Bearer ${apiKey}00` })],
    ['an API key and a token in one', posted({ authorization: `Bearer ${apiKey}.${token}` })],
    [
      'a refresh token that nobody was given',
      posted({ authorization: `Bearer tsr_${'0'.repeat(32)}_${'A'.repeat(43)}` }),
    ],
    ['the prefix of refresh tokens before a token', posted({ authorization: `Bearer tsr_${token}` })],
    ['the prefix of API keys before a token', posted({ authorization: `Bearer tsk_${token}` })],
  ]
  return named.map(([what, sent]) => ({ what, sent }))
}

function requestCheck({ client }: Context, { what, sent, isSpelling }: TamperedRequest, own: Visitor): Check {
  const tried = async (): Promise<readonly Finding[]> => {
    const reply = await client.send(sent)
    const verdict = judge(reply, isSpelling === true ? own.tenantId : null)
    return [{ what, ...verdict, asker: own.label, asked: { query: viewerQuery, variables: {} } }]
  }
  return { what, run: tried }
}

/** Refused before anyone asks what is asked. */
const refusalStatuses: ReadonlySet<number> = new Set([400, 401, 413, 414, 431])

function judge(reply: Reply, mayBe: string | null): Verdict {
  const { status, code, data } = reply
  const tenantId = textAt(data, 'viewer', 'tenantId')
  if (tenantId !== null && tenantId === mayBe) return { outcome: 'own', reason: 'another spelling of it' }
  if (data !== null) return { outcome: 'crossed', reason: 'it was answered', values: [shortened(data)] }
  if (code === 'UNAUTHENTICATED' || refusalStatuses.has(status)) {
    return { outcome: 'refused', reason: String(status) }
  }
  const verdict = judgeWithoutData(reply)
  if (verdict?.outcome === 'failed') return verdict
  // Something in front may refuse in its own words; the server's own other codes come after the credential.
  if (code === null && status >= 400) return { outcome: 'refused', reason: String(status) }
  return { outcome: 'crossed', reason: `the credential was accepted: ${status} ${code ?? ''}`.trim() }
}
