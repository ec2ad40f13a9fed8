import { stringify } from 'yaml'
import type { ModelDocument } from './document.ts'

/** A document as YAML that parses to the same document, keys in their order. */
export function formatModel(document: ModelDocument): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 110 })
}
