import {
  type ASTVisitor,
  type FragmentSpreadNode,
  GraphQLError,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'
import { TesseraError } from '../errors.ts'
import { deferDirective } from '../graphql/defer.ts'

interface Size {
  readonly fields: number
  readonly depth: number
  /** Fragments under `@defer`. */
  readonly deferred: number
}

const nothing: Size = { fields: 0, depth: 0, deferred: 0 }

/**
 * A few fragments that spread each other can ask for millions of fields: each is measured once and counts wherever it
 * is spread. One that spreads itself is found by another rule and counts as nothing here.
 */
export function createSizeRule(limits: Size) {
  return function sizeRule(context: ValidationContext): ASTVisitor {
    const fragments = new Map<string, Size>()

    function ofFragment(name: string): Size {
      const known = fragments.get(name)
      if (known !== undefined) return known
      fragments.set(name, nothing)
      const size = ofSelections(context.getFragment(name)?.selectionSet)
      fragments.set(name, size)
      return size
    }

    function ofSelections(set: SelectionSetNode | undefined): Size {
      const sizes = (set?.selections ?? []).map(ofSelection)
      return {
        fields: sizes.reduce((sum, { fields }) => sum + fields, 0),
        depth: sizes.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
        deferred: sizes.reduce((sum, { deferred }) => sum + deferred, 0),
      }
    }

    function ofSelection(selection: SelectionNode): Size {
      if (selection.kind === Kind.FIELD) {
        const below = ofSelections(selection.selectionSet)
        return { ...below, fields: below.fields + 1, depth: below.depth + 1 }
      }
      const inside =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : ofSelections(selection.selectionSet)
      return isDeferred(selection) ? { ...inside, deferred: inside.deferred + 1 } : inside
    }

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
        const { fields, depth, deferred } = ofSelections(selectionSet)
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

function isDeferred({ directives = [] }: InlineFragmentNode | FragmentSpreadNode): boolean {
  return directives.some(({ name }) => name.value === deferDirective.name)
}

function tooLarge(expected: string): GraphQLError {
  const originalError = new TesseraError('QUERY_TOO_LARGE', { argument: 'query', expected })
  return new GraphQLError(originalError.message, { originalError })
}
