import { type CST, type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml'
import type { Path } from './problem.ts'

/** The offset of a token that lies below more than `most` others, found without recursion; null where none does. */
export function findDeepToken(tokens: Iterable<CST.Token>, most: number): number | null {
  const open = [...tokens].map((token) => ({ token, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next
    if (depth > most) return token.offset
    for (const child of childrenOf(token)) open.push({ token: child, depth: depth + 1 })
  }
  return null
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key, value]).filter((child) => child != null)
}

/** Where a path stands, or the closest part around it that exists. */
export function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined
    const wantsKey = at === 'key' && index === path.length - 1
    node = pair === undefined ? (isSeq(node) ? node.items[Number(step)] : undefined) : pair.value
    const found = (wantsKey ? undefined : startOf(node)) ?? startOf(pair?.key)
    if (found === undefined) return offset
    offset = found
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

/** The path of the key or value at an offset; empty where none begins there. */
export function pathAt(document: Document, offset: number): Path {
  let found: Path = []
  visit(document, {
    Node(_, node, ancestors) {
      if (node.range?.[0] !== offset || found.length > 0) return
      found = pathOf([...ancestors, node])
    },
  })
  return found
}

/** The steps through a node's ancestors; a pair stands for its key. */
function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    const parent = nodes[index - 1]
    if (isPair(node)) return isScalar(node.key) ? [String(node.key.value)] : []
    return isSeq(parent) ? [parent.items.indexOf(node)] : []
  })
}

/** The alias after `most` others, or the last one. */
export function findAliasPast(document: Document, most: number): number {
  const offsets: number[] = []
  visit(document, { Alias: (_, alias) => void offsets.push(startOf(alias) ?? 0) })
  return offsets[most] ?? offsets.at(-1) ?? 0
}
