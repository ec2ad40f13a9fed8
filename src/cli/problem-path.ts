import type { Path } from '../model/problem.ts'

/** Reads back what names a place in a document: `datasets[0].joins[1].on["my column"]`. */
export function parseProblemPath(text: string): Path {
  const steps = text.matchAll(/(\w+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)
  return [...steps].map(([, name, index, quoted]) => {
    if (index !== undefined) return Number(index)
    return quoted === undefined ? (name ?? '') : String(JSON.parse(quoted))
  })
}
