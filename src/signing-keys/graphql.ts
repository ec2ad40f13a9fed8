import { signingAlgorithms } from '../access/payload.ts'
import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { SigningKeyRecord } from '../graphql/context.ts'

export const SigningAlgorithm = builder.enumType('SigningAlgorithm', {
  description: 'HS256 has no public half: who verifies its tokens could make them, too.',
  values: signingAlgorithms,
})

const SigningKey = builder.objectRef<SigningKeyRecord>('SigningKey')
SigningKey.implement({
  description: 'A key that guest tokens are or were signed with. Its private half is never shown.',
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The kid of its tokens.' }),
    algorithm: t.field({ type: SigningAlgorithm, resolve: ({ algorithm }) => algorithm }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt.toISOString() }),
    retiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From then on it signs nothing.',
      resolve: ({ retiredAt }) => retiredAt?.toISOString() ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'From then on it verifies nothing.',
      resolve: ({ expiresAt }) => expiresAt?.toISOString() ?? null,
    }),
    publicKey: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'As a JWK; null of HS256. /.well-known/jwks.json has those that verify.',
      resolve: ({ publicKey }) => publicKey,
    }),
  }),
})

builder.queryField('signingKeys', (t) =>
  t.field({
    type: [SigningKey],
    authorize: 'host',
    description: [
      'Scope keys:write. The keys that guest tokens of the environment were signed with, the oldest first. rotateSigningKey removes',
      'those that ended more than two days ago.',
    ].join('\n'),
    resolve: (_, __, context) => hostOf(context).signingKeys(),
  }),
)

builder.mutationField('rotateSigningKey', (t) =>
  t.field({
    type: SigningKey,
    authorize: 'host',
    description: [
      'Scope keys:write. Makes the key that guest tokens are signed with from now on, on every server within two seconds.',
      'Keys before it verify for graceSeconds more and no longer; 0 ends every token that there is.',
    ].join('\n'),
    args: {
      graceSeconds: t.arg.int({ description: 'a day by default and at the most: no token lives longer' }),
      algorithm: t.arg({
        type: SigningAlgorithm,
        description: 'that of the key before it by default; EdDSA at first',
      }),
      hmacSecret: t.arg.string({
        description:
          'Only with HS256: a secret that is shared with whoever verifies, 32 bytes or more in base64. One is made without it, and never shown.',
      }),
    },
    resolve: (_, input, context) => hostOf(context).rotateSigningKey(input),
  }),
)
