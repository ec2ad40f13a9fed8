import { stringify } from 'yaml'
import type { ModelDocument } from './document.ts'

/** The document as YAML that parses to the same document again, in the order in which it was written. */
export function printModel(document: ModelDocument): string {
  return stringify(document, { lineWidth: 110, aliasDuplicateObjects: false })
}
