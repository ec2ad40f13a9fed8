import {
  DirectiveLocation,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLString,
  visit,
} from 'graphql'

/**
 * There is no `@stream` beside it: answers travel by columns, lists of plain values, of which nothing is gained by sending
 * each by itself.
 */
export const deferDirective = new GraphQLDirective({
  name: 'defer',
  description:
    'What the fragment asks for may come later than the rest, in a part of its own, where the client accepts multipart/mixed or text/event-stream.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true },
    label: { type: GraphQLString, description: 'Comes back with the part; unique in the document.' },
  },
})

const whole = new WeakMap<DocumentNode, DocumentNode>()

/** The same questions, answered in one part. Documents are kept by those who parse them, and so are these. */
export function withoutDefer(document: DocumentNode): DocumentNode {
  const known = whole.get(document)
  if (known !== undefined) return known
  const made = visit(document, {
    Directive: ({ name }) => (name.value === deferDirective.name ? null : undefined),
  })
  whole.set(document, made)
  return made
}
