import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import type { TokenIssuerRecord } from '../graphql/context.ts'
import { SigningAlgorithm } from '../signing-keys/graphql.ts'

const TokenIssuer = builder.objectRef<TokenIssuerRecord>('TokenIssuer')
TokenIssuer.implement({
  description:
    "Whoever signs guest tokens of the environment beside Tessera: the host's own backend or identity provider.",
  authorize: 'host',
  fields: (t) => ({
    id: t.exposeID('id'),
    issuer: t.exposeString('issuer', { description: 'What `iss` of its tokens says.' }),
    audience: t.exposeString('audience', { description: 'What `aud` of its tokens has to say.' }),
    organizationId: t.exposeString('organizationId', { description: 'What `org_id` has to say.' }),
    environmentId: t.exposeString('environmentId', { description: 'What `env_id` has to say.' }),
    algorithms: t.field({ type: [SigningAlgorithm], resolve: ({ algorithms }) => algorithms }),
    jwksUrl: t.exposeString('jwksUrl', { nullable: true }),
    publicKeys: t.field({
      type: ['JSONObject'],
      nullable: true,
      description: 'As JWK; null where they stand at jwksUrl.',
      resolve: ({ publicKeys }) => publicKeys,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt.toISOString() }),
  }),
})

builder.queryField('tokenIssuers', (t) =>
  t.field({
    type: [TokenIssuer],
    authorize: 'host',
    description: 'Scope keys:write. Those that sign guest tokens of the environment, the oldest first.',
    resolve: (_, __, context) => hostOf(context).tokenIssuers(),
  }),
)

const TokenIssuerInput = builder.inputType('TokenIssuerInput', {
  description: 'Where its keys are: exactly one of jwksUrl and publicKeys.',
  fields: (t) => ({
    issuer: t.string({
      required: true,
      description: 'What `iss` of its tokens says, such as https://app.example.com.',
    }),
    jwksUrl: t.string({
      description:
        'Where its public keys are (RFC 7517). It is asked again for a kid that is not known, and every few minutes.',
    }),
    publicKeys: t.field({
      type: ['JSONObject'],
      description: 'The keys themselves as JWK, each with a kid.',
    }),
    algorithms: t.field({
      type: [SigningAlgorithm],
      description: 'EdDSA, ES256 and RS256 by default; HS256 is refused.',
    }),
    audience: t.string({ description: 'What `aud` has to say; by default what it says in our own tokens.' }),
  }),
})

builder.mutationField('registerTokenIssuer', (t) =>
  t.field({
    type: TokenIssuer,
    authorize: 'host',
    description: [
      'Scope keys:write. From now on guest tokens of the environment may be signed with these keys, with the same claims and limits as',
      'ours. One that was registered under the same name ends, with what is open of it; its tokens go on where the new keys verify them.',
    ].join('\n'),
    args: { input: t.arg({ type: TokenIssuerInput, required: true }) },
    resolve: (_, { input }, context) => hostOf(context).registerTokenIssuer(input),
  }),
)

builder.mutationField('removeTokenIssuer', (t) =>
  t.field({
    type: TokenIssuer,
    authorize: 'host',
    description: [
      'Scope keys:write. All of its tokens are refused everywhere within two seconds, and its open subscriptions and downloads end.',
      'Registering the same keys again takes those that have not expired again: what was misused needs other keys.',
    ].join('\n'),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => hostOf(context).removeTokenIssuer(id),
  }),
)
