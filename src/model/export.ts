import { Document, visit } from 'yaml'
import type { ModelDocument } from './document.ts'

/** A document as YAML that parses to the same document, keys in their order. */
export function formatModel(model: ModelDocument): string {
  const document = new Document(model, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, scalar) => {
      // As a block, " \n" would be printed without its space.
      if (typeof scalar.value === 'string' && /^[ \t]/m.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  // A line that is folded among several spaces, or quoted over several lines, loses some of them as well.
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER })
}
