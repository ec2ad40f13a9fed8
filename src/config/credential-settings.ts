import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { apiKeyForm, isApiKey } from '../access/api-keys.ts'
import { encryptionKeyForm, parseEncryptionKey } from '../access/encryption.ts'
import { networksForm, networksSchema, setting } from './setting.ts'

const encryptionKeySchema = z.string().transform((text, context): KeyObject => {
  const key = parseEncryptionKey(text)
  if (key !== null) return key
  context.addIssue('not a key')
  return z.NEVER
})

/** Keys, tokens and what they are checked by. */
export const credentialSettings = {
  TESSERA_BOOTSTRAP_API_KEY: setting({
    schema: z.string().refine(isApiKey),
    expected: apiKeyForm,
    about:
      'Fixes the first admin API key, so that scripts can use it. Without it one is made and shown once.',
    secret: true,
  }),
  TESSERA_ENCRYPTION_KEY: setting({
    schema: encryptionKeySchema,
    expected: encryptionKeyForm,
    about:
      'Encrypts the signing keys and the secrets of data sources in the store. Production does not start without it; otherwise one is made and kept in DATA_DIR.',
    secret: true,
  }),
  TESSERA_ENCRYPTION_KEY_PREVIOUS: setting({
    schema: encryptionKeySchema,
    expected: encryptionKeyForm,
    about:
      'The encryption key before TESSERA_ENCRYPTION_KEY: what was encrypted with it can still be read. `tessera rekey` encrypts all of it anew; then this is no longer needed.',
    secret: true,
  }),
  TESSERA_ISSUER: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,200}$/),
    default: 'tessera',
    expected: '1 to 200 visible ASCII characters',
    about: 'What `iss` says in guest tokens, and has to say.',
  }),
  TESSERA_AUDIENCE: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,200}$/),
    default: 'tessera',
    expected: '1 to 200 visible ASCII characters',
    about: 'What `aud` says in guest tokens, and has to say.',
  }),
  TESSERA_JWKS_NETWORKS: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'The networks inside which the key sets of token issuers may be fetched, and over plain http as well. Without it only public addresses are called, over https.',
  }),
  TESSERA_STORE_OUTAGE_SECONDS: setting({
    schema: z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .refine((seconds) => seconds >= 2 && seconds <= 3_600),
    default: '60',
    expected: 'a whole number from 2 to 3600',
    about:
      'For how long guests are served while the store can’t be reached, and with it no news of what was revoked. After that they get STORE_UNAVAILABLE until it answers.',
  }),
} as const
