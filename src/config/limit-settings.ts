import { z } from 'zod'
import { isOriginEntry } from '../access/origins.ts'
import { forwardedHeaders } from '../http/client-address.ts'
import {
  countForm,
  countSchema,
  networksForm,
  networksSchema,
  rateForm,
  rateSchema,
  setting,
} from './setting.ts'

/** Who may call, and how much of what. */
export const limitSettings = {
  TESSERA_ALLOWED_ORIGINS: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .refine((origins) => origins.every((origin) => origin === '*' || isOriginEntry(origin)))
      .transform((origins): readonly string[] => Object.freeze(origins)),
    expected:
      'origins between commas, such as https://app.example.com or https://*.example.com, or * for any',
    about:
      'The origins whose pages may call /graphql from a browser (CORS). Without it none but the server’s own and those that environments list (`setAllowedOrigins`). Cookies are never used, so that `*` opens nothing to who has no token.',
  }),
  TESSERA_EXPORT_MAX_ROWS: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number),
    default: '1000000',
    expected: 'a whole number from 1 to 999999999',
    about:
      'How many rows one exported file may have. An export of more is refused, never cut; a workbook (XLSX) has at most 1,048,575.',
  }),
  TESSERA_ANSWER_MAX_BYTES: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{3,8}$/)
      .transform(Number),
    default: '20000000',
    expected: 'a whole number from 1000 to 999999999',
    about:
      'How large one answer may be, about, in all of its parts; each event of a subscription is one. A larger one is refused with QUERY_TOO_LARGE, never cut. Exported files have no such bound.',
  }),
  TESSERA_UNSENT_MAX_BYTES: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{6,11}$/)
      .transform(Number),
    default: '200000000',
    expected: 'a whole number from 1000000 to 999999999999',
    about:
      'How many bytes of answers may wait in memory for their readers, all together, on each server. Beyond that the connections of those who take nothing are ended, first those of the tenant for whom most waits.',
  }),
  TESSERA_LIVE_PER_TOKEN: setting({
    schema: countSchema,
    default: '20',
    expected: countForm,
    about: 'How many subscriptions one guest token may have at a time. A page needs one for a dashboard.',
  }),
  TESSERA_LIVE_PER_TENANT: setting({
    schema: countSchema,
    default: '5000',
    expected: countForm,
    about: 'How many subscriptions all tokens of one tenant may have at a time, on each server.',
  }),
  TESSERA_LIVE_QUESTIONS_PER_TENANT: setting({
    schema: countSchema,
    default: '1000',
    expected: countForm,
    about:
      'How many different questions one tenant’s subscriptions may poll at a time, on each server. Those of tokens that see the same are one, however many watch it.',
  }),
  TESSERA_RATE_PER_TOKEN: setting({
    schema: rateSchema,
    default: '6000',
    expected: rateForm,
    about:
      'How many requests one guest token may send in a minute, where neither it nor its policy nor its role says how many. An operation counts as many as it asks questions and has fields at its root. Its open subscriptions together may ask again as often.',
  }),
  TESSERA_RATE_PER_TENANT: setting({
    schema: rateSchema,
    default: '60000',
    expected: rateForm,
    about: 'The same of all tokens of one tenant together, with what their subscriptions ask.',
  }),
  TESSERA_RATE_PER_API_KEY: setting({
    schema: rateSchema,
    default: '60000',
    expected: rateForm,
    about: 'The same of one API key.',
  }),
  TESSERA_RATE_PER_ADDRESS: setting({
    schema: rateSchema,
    default: '120000',
    expected: rateForm,
    about:
      'The same of all accepted credentials that come from one address, or from one /64 of IPv6. Behind proxies set TESSERA_TRUSTED_PROXIES: their address would be everybody’s.',
  }),
  TESSERA_MINT_RATE_PER_API_KEY: setting({
    schema: rateSchema,
    default: '6000',
    expected: rateForm,
    about: 'How many guest tokens may be minted with one API key in a minute.',
  }),
  TESSERA_MINT_RATE_PER_TENANT: setting({
    schema: rateSchema,
    default: '3000',
    expected: rateForm,
    about: 'How many guest tokens may be minted for one tenant in a minute.',
  }),
  TESSERA_REFUSED_RATE_PER_ADDRESS: setting({
    schema: rateSchema,
    default: '300',
    expected: rateForm,
    about:
      'After how many refused credentials in a minute those that come from the same address take turns, and are audited by their number. Credentials that were accepted before pass by.',
  }),
  TESSERA_TRUSTED_PROXIES: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'The proxies in front of the server. Where a request comes from one of them, its address is the right-most in TESSERA_FORWARDED_HEADER that is none of them; otherwise, and without this, it is that of the connection. API keys may be bound to addresses, and the audit names them.',
  }),
  TESSERA_FORWARDED_HEADER: setting({
    schema: z.enum(forwardedHeaders),
    default: 'x-forwarded-for',
    expected: `${forwardedHeaders.join(' or ')}`,
    about:
      'The header that TESSERA_TRUSTED_PROXIES write addresses to. The other one is not read: a client could have written it.',
  }),
} as const
