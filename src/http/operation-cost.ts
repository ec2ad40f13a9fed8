import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { createSizes } from './operation-size.ts'

/** The whole schema is an answer of some 300 kB. */
const introspectionPoints = 10
const fieldsPerPoint = 100
const deferredPerPoint = 10

/**
 * How many requests an operation counts as, by how it is written: each field at its root is one, under whatever alias and
 * in whatever fragment; a hundred fields below it are at least one, and so are ten parts. What is asked further down, in
 * each item of a list, is counted when it is asked.
 */
export function operationCost(document: DocumentNode, operationName: string | null | undefined): number {
  const operation = getOperationAST(document, operationName)
  if (operation === null || operation === undefined) return 1
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const { fields, deferred } = createSizes((name) => fragments.get(name))(operation.selectionSet)
  const roots = rootPoints(operation.selectionSet, fragments, new Map())
  return Math.max(1, roots, Math.ceil(fields / fieldsPerPoint), Math.ceil(deferred / deferredPerPoint))
}

function rootPoints(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known: Map<string, number>,
): number {
  let points = 0
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      points += isIntrospection(selection.name.value) ? introspectionPoints : 1
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      points += rootPoints(selection.selectionSet, fragments, known)
    } else {
      const name = selection.name.value
      const fragment = fragments.get(name)
      if (fragment === undefined) continue
      const inside = known.get(name) ?? rootPoints(fragment.selectionSet, fragments, known)
      known.set(name, inside)
      points += inside
    }
  }
  return points
}

function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type'
}
