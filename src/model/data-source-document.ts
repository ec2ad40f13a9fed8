import { z } from 'zod'
import { list, text, wholeNumber } from './question-document.ts'
import { region } from './tenancy-document.ts'

/** The part of the document that says where rows are. A secret in it would be kept and exported in the clear. */

const keptText = '{ env: NAME_OF_A_VARIABLE } or { secret: name_of_a_secret }'
const clickHouseUrlText = `an http or https URL without a user or password, or ${keptText}`
const postgresUrlText = `postgresql://host:5432/database without a user or password, or ${keptText}`

/** Narrower than an engine's own rule, so that the name of a table is the same name wherever it is spelled. */
export function engineName(of: string) {
  const expected = `the name of a ${of}: letters, digits and _, not starting with a digit`
  return text(expected, /^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
}

export const secretName = /^[a-z][a-z0-9_]{0,62}$/
export const secretNameText = 'a name of at most 63 lowercase letters, digits and _, starting with a letter'

const kept = keptValue(keptText)
const clickHouseUrl = urlOrKept(clickHouseUrlText, ['http:', 'https:'])
const postgresUrl = urlOrKept(postgresUrlText, ['postgresql:', 'postgres:'])

function keptValue(error: string) {
  const env = z.strictObject({ env: text(error, /^[A-Z][A-Z0-9_]{0,127}$/) })
  const secret = z.strictObject({ secret: text(error, secretName) })
  return z.union([env, secret], { error })
}

function urlOrKept(error: string, protocols: readonly string[]) {
  const plain = z.string().refine((value) => isPlainUrl(value, protocols), { error })
  return z.union([keptValue(error), plain], { error })
}

function isPlainUrl(value: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password, hostname } = new URL(value)
  return protocols.includes(protocol) && hostname !== '' && `${username}${password}` === ''
}

/** Where it is, for tenants who are pinned to a region. */
const inRegion = { region: region.optional() }

const server = {
  ...inRegion,
  user: kept.optional(),
  password: kept.optional(),
  tls: z.strictObject({ ca: kept.optional(), cert: kept.optional(), key: kept.optional() }).optional(),
  connections: wholeNumber(1, 100).optional(),
}

export function dataSourceSchema<Name extends z.ZodType>(name: Name) {
  return z.discriminatedUnion(
    'kind',
    [
      z.strictObject({
        name,
        kind: z.literal('clickhouse'),
        url: clickHouseUrl.optional(),
        urls: list(clickHouseUrl, 20).optional(),
        ...server,
      }),
      z.strictObject({
        name,
        kind: z.literal('postgres'),
        url: postgresUrl,
        role: engineName('role').optional(),
        schema: engineName('schema').optional(),
        ...server,
      }),
      z.strictObject({ name, kind: z.literal('chdb'), ...inRegion }),
    ],
    { error: 'clickhouse, postgres or chdb' },
  )
}
