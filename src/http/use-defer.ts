import { type ASTVisitor, GraphQLError, getOperationAST, Kind, type ValidationContext } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { deferDirective, withoutDefer } from '../graphql/defer.ts'
import type { EdgeContext } from './edge-context.ts'

/**
 * Fragments under `@defer` come in parts of their own where the client takes parts, and with the rest where it does not.
 * A mutation's answer is whole: nobody should have to wait for the end of an answer to know what was done.
 */
export function useDefer(): Plugin<EdgeContext, EdgeContext> {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(labelRule)
    },
    onExecute({ executeFn, setExecuteFn, args }) {
      const { contextValue, document, operationName } = args
      const operation = getOperationAST(document, operationName)?.operation
      if (operation === 'query' && contextValue.accepted.parts !== null) return
      setExecuteFn((given) => executeFn({ ...given, document: withoutDefer(given.document) }))
    },
  }
}

/** By its label a client knows what a part is of. */
function labelRule(context: ValidationContext): ASTVisitor {
  const known = new Set<string>()
  return {
    Directive(node) {
      if (node.name.value !== deferDirective.name) return
      const label = node.arguments?.find(({ name }) => name.value === 'label')?.value
      if (label === undefined) return
      if (label.kind !== Kind.STRING || known.has(label.value)) {
        const message = 'The label of a @defer is a string in the document, and no other has the same.'
        context.reportError(new GraphQLError(message, { nodes: [label] }))
      } else known.add(label.value)
    },
  }
}
