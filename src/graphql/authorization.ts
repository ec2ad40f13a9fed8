import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { TesseraError } from '../errors.ts'
import type { RequestContext } from './context.ts'

/**
 * Who may resolve a field. `value` is for figures and descriptions that exist only once a checked field has
 * returned them; a root field cannot have it.
 */
export const authorizationRules = ['guest', 'host', 'guest or host', 'anyone', 'value'] as const
export type AuthorizationRule = (typeof authorizationRules)[number]

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      authorization: AuthorizationPlugin<Types>
    }
    interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      /** Holds for each of the type's fields. */
      authorize: AuthorizationRule
    }
    interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      authorize: Exclude<AuthorizationRule, 'value'>
    }
    interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      authorize: Exclude<AuthorizationRule, 'value'>
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      authorize: Exclude<AuthorizationRule, 'value'>
    }
  }
}

const pluginName = 'authorization'

/** A field without a rule does not build; the rule of each field stands in its extensions for a test to walk. */
class AuthorizationPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    return { ...field, extensions: { ...field.extensions, authorize: this.ruleOf(field) } }
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const rule = this.ruleOf(field)
    if (rule === 'value' || rule === 'anyone') return resolver
    const members = membersOf(rule)
    return (parent, args, context, info) => {
      if (members.every((member) => (Reflect.get(Object(context), member) ?? null) === null))
        throw new TesseraError('FORBIDDEN')
      return resolver(parent, args, context, info)
    }
  }

  /** What opens a subscription is held to the rule of what its events are resolved with. */
  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> | undefined {
    return subscribe === undefined ? undefined : this.wrapResolve(subscribe, field)
  }

  private ruleOf(field: PothosOutputFieldConfig<Types>): AuthorizationRule {
    const own: unknown = Reflect.get(field.pothosOptions, 'authorize')
    const inherited: unknown = Reflect.get(
      this.builder.configStore.getTypeConfig(field.parentType).pothosOptions,
      'authorize',
    )
    // An interface's fields are resolved by the fields of the objects that have it.
    const rule = own ?? inherited ?? (field.kind === 'Interface' ? 'anyone' : undefined)
    if (isRule(rule)) return rule
    throw new Error(`${field.parentType}.${field.name} has no authorization rule.`)
  }
}

/** Of which one must be there. */
function membersOf(rule: 'guest' | 'host' | 'guest or host'): readonly (keyof RequestContext)[] {
  return rule === 'guest or host' ? ['guest', 'host'] : [rule]
}

function isRule(rule: unknown): rule is AuthorizationRule {
  return authorizationRules.some((known) => known === rule)
}

SchemaBuilder.registerPlugin(pluginName, AuthorizationPlugin)

export { pluginName as authorizationPlugin }
