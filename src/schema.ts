import { type GraphQLSchema, specifiedDirectives } from 'graphql'
import { builder } from './graphql/builder.ts'
import { deferDirective } from './graphql/defer.ts'
import './graphql/scalars.ts'
import './api-keys/graphql.ts'
import './audit/graphql.ts'
import './benchmarks/graphql.ts'
import './dashboards/graphql.ts'
import './data-sources/graphql.ts'
import './datasets/graphql.ts'
import './explain/graphql.ts'
import './exports/graphql.ts'
import './guest-tokens/graphql.ts'
import './live/graphql.ts'
import './model/graphql.ts'
import './origins/graphql.ts'
import './questions/graphql.ts'
import './signing-keys/graphql.ts'
import './tenants/graphql.ts'
import './token-issuers/graphql.ts'
import './usage/graphql.ts'
import './viewer/graphql.ts'
import './widgets/graphql.ts'

/** One import for each noun. Building fails where a field has no authorization rule. */
export const schema: GraphQLSchema = builder.toSchema({
  directives: [...specifiedDirectives, deferDirective],
})
