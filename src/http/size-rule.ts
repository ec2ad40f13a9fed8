import { type ASTVisitor, GraphQLError, type GraphQLSchema, Kind, type ValidationContext } from 'graphql'
import { TesseraError } from '../errors.ts'
import { deferDirective } from '../graphql/defer.ts'
import { createSizes, type Size } from './operation-size.ts'

/** Holds operations to the limits before anything of them is done. */
export function createSizeRule(limits: Size) {
  return function sizeRule(context: ValidationContext): ASTVisitor {
    const sizeOf = createSizes((name) => context.getFragment(name))

    /** An answer repeats it in each row or part: 80 kB of request would be 80 MB of answer. */
    function checkLength(name: string): void {
      if (name.length <= nameLengthMax) return
      context.reportError(tooLarge(`aliases and labels of at most ${nameLengthMax} characters`))
    }

    /** What GraphQL resolves itself is not counted as it resolves: each of it stands once in an object. */
    function checkMeta(name: string): void {
      const parent = context.getParentType()
      const isRoot = operationTypes(context.getSchema()).includes(parent)
      if ((name !== '__typename' || isRoot) && parent?.name.startsWith('__') !== true) return
      context.reportError(tooLarge('no alias of __typename, nor of what a schema says of itself'))
    }

    return {
      Field({ alias, name }) {
        if (alias === undefined) return
        checkLength(alias.value)
        checkMeta(name.value)
      },
      Directive({ name, arguments: given = [] }) {
        if (name.value !== deferDirective.name) return
        for (const { value } of given) if (value.kind === Kind.STRING) checkLength(value.value)
      },
      OperationDefinition({ selectionSet }) {
        const { fields, depth, deferred } = sizeOf(selectionSet)
        if (depth > limits.depth) context.reportError(tooLarge(`fields at most ${limits.depth} deep`))
        if (fields > limits.fields) context.reportError(tooLarge(`at most ${limits.fields} fields`))
        if (deferred > limits.deferred) {
          context.reportError(tooLarge(`at most ${limits.deferred} fragments under @defer`))
        }
      },
    }
  }
}

function operationTypes(schema: GraphQLSchema): readonly unknown[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
}

/** Longer than any name of the schema. */
const nameLengthMax = 64

function tooLarge(expected: string): GraphQLError {
  const originalError = new TesseraError('QUERY_TOO_LARGE', { argument: 'query', expected })
  return new GraphQLError(originalError.message, { originalError })
}
