import { z } from 'zod'
import { hmacSecretForm, parseHmacSecret } from '../access/hmac-secret.ts'
import { countForm, countSchema, isUrl, networksForm, networksSchema, setting } from './setting.ts'

/** What is kept and told of what happened. */
export const auditSettings = {
  TESSERA_AUDIT_RETENTION_DAYS: setting({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((days) => days >= 7),
    default: '400',
    expected: 'a whole number from 7 to 99999',
    about:
      'For how many days audit events are kept. Older ones are removed; nothing else removes or changes one.',
  }),
  TESSERA_ALERT_REFUSALS: setting({
    schema: countSchema,
    default: '100',
    expected: countForm,
    about:
      'An alert where so many requests are refused within a minute from one address or with one API key. 0 for none.',
  }),
  TESSERA_ALERT_NETWORKS: setting({
    schema: z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number),
    default: '5',
    expected: 'a whole number from 0 to 99',
    about: 'An alert where one viewer comes from so many networks within an hour. 0 for none.',
  }),
  TESSERA_ALERT_TOKEN_SECONDS: setting({
    schema: countSchema,
    default: '43200',
    expected: countForm,
    about: 'An alert where a guest token is minted for longer than that. 0 for none.',
  }),
  TESSERA_ALERT_WEBHOOK_URL: setting({
    schema: z.string().refine((text) => isUrl(text, ['http:', 'https:'])),
    expected: 'https://hooks.example.com/tessera',
    about:
      'Where alerts are sent, beside the log, as signed messages (docs/alerts.md). https and a public address, unless TESSERA_ALERT_WEBHOOK_NETWORKS has it.',
    secret: true,
  }),
  TESSERA_ALERT_WEBHOOK_SECRET: setting({
    schema: z.string().transform((text, context): Buffer => {
      const secret = parseHmacSecret(text.replace(/^whsec_/, ''))
      if (secret !== null) return secret
      context.addIssue('not a secret')
      return z.NEVER
    }),
    expected: `${hmacSecretForm}; \`whsec_\` may stand before it`,
    about: 'What alerts are signed with. TESSERA_ALERT_WEBHOOK_URL needs it.',
    secret: true,
  }),
  TESSERA_ALERT_WEBHOOK_NETWORKS: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'Networks that alerts may be sent to although they are not public, such as that of a receiver next door; over plain http as well.',
  }),
} as const
