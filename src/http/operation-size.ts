import {
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { deferDirective } from '../graphql/defer.ts'

/** Of what is selected, fragments counted wherever they are spread. */
export interface Size {
  readonly fields: number
  readonly depth: number
  /** Fragments under `@defer`. */
  readonly deferred: number
}

const nothing: Size = { fields: 0, depth: 0, deferred: 0 }

/**
 * A few fragments that spread each other can ask for millions of fields: each is measured once. One that spreads itself
 * is refused elsewhere and counts as nothing here.
 */
export function createSizes(
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): (set: SelectionSetNode | undefined) => Size {
  const fragments = new Map<string, Size>()

  function ofFragment(name: string): Size {
    const known = fragments.get(name)
    if (known !== undefined) return known
    fragments.set(name, nothing)
    const size = ofSelections(fragmentOf(name)?.selectionSet)
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

  return ofSelections
}

function isDeferred({ directives = [] }: InlineFragmentNode | FragmentSpreadNode): boolean {
  return directives.some(({ name }) => name.value === deferDirective.name)
}
