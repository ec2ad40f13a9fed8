import type { CodegenPlugin } from '@graphql-codegen/plugin-helpers'
import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

export interface DocumentTexts {
  /** The module of the type, as the generated file imports it. */
  readonly typedDocument: string
}

/**
 * A document as the text that is sent, with types: nothing of graphql is needed at run time. The text of a fragment
 * stands once, whoever uses it.
 */
export const plugin: CodegenPlugin<DocumentTexts>['plugin'] = (_, documents, { typedDocument }) => {
  const definitions = documents.flatMap(({ document }) => document?.definitions ?? [])
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return {
    prepend: [`import type { TypedDocument } from '${typedDocument}'`],
    content: [
      ...(fragments.length === 0 ? [] : [fragmentTexts(fragments)]),
      ...operations.map((operation) => operationText(operation, fragments)),
    ].join('\n\n'),
  }
}

function fragmentTexts(fragments: readonly FragmentDefinitionNode[]): string {
  const lines = fragments.map((fragment) => `  ${fragment.name.value}: '${compact(fragment)}',`)
  return `export const fragments = {\n${lines.join('\n')}\n} as const`
}

function operationText(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): string {
  const name = operation.name?.value
  if (name === undefined) throw new Error('A document needs a name.')
  const types = `${name}${capitalized(operation.operation)}`
  const used = [...namesSpread(operation, fragments)].map((fragment) => `\${fragments.${fragment}}`)
  const text = used.length === 0 ? `'${compact(operation)}'` : `\`${compact(operation)}${used.join('')}\``
  return `export const ${name}Document: TypedDocument<${types}, ${types}Variables> = ${text}`
}

function namesSpread(
  node: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  found = new Set<string>(),
): ReadonlySet<string> {
  visit(node, {
    FragmentSpread({ name }) {
      if (found.has(name.value)) return
      found.add(name.value)
      const fragment = fragments.find((each) => each.name.value === name.value)
      if (fragment === undefined) throw new Error(`There is no fragment ${name.value}.`)
      namesSpread(fragment, fragments, found)
    },
  })
  return found
}

function compact(node: OperationDefinitionNode | FragmentDefinitionNode): string {
  const text = stripIgnoredCharacters(print(node))
  if (/['`\\\n]/.test(text)) throw new Error('A document with quotes has no text that can stand in quotes.')
  return text
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}
