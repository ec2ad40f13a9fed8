import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'

builder.queryField('allowedOrigins', (t) =>
  t.stringList({
    nullable: true,
    authorize: 'host',
    description: 'Scope keys:write. The pages that guests may ask from; null where there is no list.',
    resolve: (_, __, context) => hostOf(context).allowedOrigins(),
  }),
)

builder.mutationField('setAllowedOrigins', (t) =>
  t.stringList({
    nullable: true,
    authorize: 'host',
    description: [
      'Scope keys:write. The pages that guests of the environment may ask from, on every server within two seconds: origins such as',
      'https://app.example.com, or https://*.example.com for the hosts below one. Requests that name another page are refused with',
      'ORIGIN_NOT_ALLOWED; an empty list refuses every page. Programs name none and are let in, but for tokens with origins',
      "of their own. A frame asks from the API's own origin. Null takes the list away.",
    ].join('\n'),
    args: { origins: t.arg.stringList() },
    resolve: (_, { origins }, context) => hostOf(context).setAllowedOrigins(origins),
  }),
)
