import type { DatasetDefinition, DimensionDefinition } from '../document.ts'
import { splitFrom } from './dataset.ts'
import type { Rules } from './lookup.ts'

/** That what is declared to mean the same in several datasets is of the same type in each. */
export function checkConformed(rules: Rules): void {
  const types = new Map<string, { readonly type: string | undefined; readonly dataset: string }>()
  for (const [place, dataset] of rules.document.datasets.entries()) {
    for (const [index, dimension] of (dataset.dimensions ?? []).entries()) {
      if (dimension.conformed !== true) continue
      const type = typeOf(rules, dimension)
      const known = types.get(dimension.name)
      if (known === undefined) types.set(dimension.name, { type, dataset: dataset.name })
      else if (type !== undefined && known.type !== undefined && known.type !== type) {
        const expected = `${known.type}, the type of the conformed ${dimension.name} of ${known.dataset}`
        rules.report(['datasets', place, 'dimensions', index, 'type'], expected)
      }
    }
  }
}

function typeOf({ datasets }: Rules, { type, from }: DimensionDefinition): DatasetType {
  if (type !== undefined || from === undefined) return type
  const [joined, member] = splitFrom(from)
  return datasets.get(joined)?.dimensions?.find(({ name }) => name === member)?.type
}

type DatasetType = NonNullable<DatasetDefinition['dimensions']>[number]['type']
