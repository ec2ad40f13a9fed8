import { z } from 'zod'
import { parseAddress } from '../access/networks.ts'
import { subjectSchema } from '../access/payload.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { AuditFilter } from '../graphql/context.ts'
import { nearest } from '../nearest.ts'
import { auditKinds, auditOutcomes } from './events.ts'

/** The contract's AuditEventFilter, as it came. */
type Given = { readonly [Name in keyof AuditFilter]?: unknown }

const namesMax = 50
const textForm = '1 to 256 characters without control characters or lone surrogates'
const text = subjectSchema
const names = z.array(text).max(namesMax)

/** Of those that the store has as well: not every date of JavaScript is one. */
export const instantSchema = z.string().transform((written, context) => {
  const microseconds = parseInstant(written)
  return microseconds === null ? refuse(context) : new Date(Math.floor(microseconds / 1000))
})

const shapes: { readonly [Name in keyof AuditFilter]-?: readonly [z.ZodType<AuditFilter[Name]>, string] } = {
  kinds: [names, `at most ${namesMax} kinds`],
  outcomes: [names, `at most ${namesMax} outcomes`],
  reasons: [names, `at most ${namesMax} reasons`],
  tenantId: [text, `a tenant id of ${textForm}`],
  subject: [text, `a name of ${textForm}`],
  apiKeyId: [z.uuid(), 'the id of an API key'],
  tokenId: [text, `a token id of ${textForm}`],
  requestId: [text, `a request id of ${textForm}`],
  address: [
    z.string().transform((address, context) => parseAddress(address) ?? refuse(context)),
    'an IP address',
  ],
  from: [instantSchema, 'an RFC 3339 instant'],
  to: [instantSchema, 'an RFC 3339 instant'],
}

/** @throws BAD_USER_INPUT with the argument's path */
export function parseAuditFilter(given: Given | null | undefined): AuditFilter {
  const filter: Record<string, unknown> = {}
  for (const [name, [shape, expected]] of Object.entries(shapes)) {
    const value: unknown = Reflect.get(given ?? {}, name)
    if (value === null || value === undefined) continue
    const parsed = shape.safeParse(value)
    if (!parsed.success) throw badInput(`filter.${name}`, expected)
    filter[name] = parsed.data
  }
  const parsed: AuditFilter = Object.freeze(filter)
  for (const name of ['kinds', 'outcomes'] as const) requireKnown(name, parsed[name] ?? [])
  return parsed
}

const known: Readonly<Record<'kinds' | 'outcomes', { names: readonly string[]; expected: string }>> = {
  kinds: { names: auditKinds, expected: 'a kind of events' },
  outcomes: { names: auditOutcomes, expected: 'SUCCEEDED, REFUSED or FAILED' },
}

/** Whoever looks for what never happens, because it is misspelt, would go on finding nothing. */
function requireKnown(name: keyof typeof known, asked: readonly string[]): void {
  const { names, expected } = known[name]
  const index = asked.findIndex((each) => !names.includes(each))
  const wrong = asked[index]
  if (wrong !== undefined) throw badInput(`filter.${name}.${index}`, expected, nearest(wrong, names))
}

/** What the events of a tenant may be looked for by in the tenant itself: of nothing that it is not shown. */
const forGuests: ReadonlySet<string> = new Set([
  'kinds',
  'outcomes',
  'reasons',
  'tenantId',
  'subject',
  'from',
  'to',
])

/** @throws FORBIDDEN for what would tell of the host, or of where other people are */
export function requireGuestFilter(filter: AuditFilter): void {
  const other = Object.keys(filter).find((name) => !forGuests.has(name))
  if (other === undefined) return
  throw new TesseraError('FORBIDDEN', { argument: `filter.${other}`, expected: 'an API key' })
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue('not of the form')
  return z.NEVER
}
