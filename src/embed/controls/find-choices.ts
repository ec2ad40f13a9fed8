import type { TesseraClient } from '../../client/client.ts'
import { FilterValuesDocument, type TimeRangeInput } from '../../client/documents.generated.ts'
import { TesseraError } from '../../client/tessera-error.ts'
import type { Choice } from './filter-choices.ts'

const choicesShown = 50

export interface ChoicesWish {
  readonly dashboard: string
  readonly filter: string
  readonly search: string
  /** Those that there are in the range of the dashboard, as it is asked for its figures. */
  readonly timeRange: TimeRangeInput | null
  readonly timeZone: string
}

/** @throws TesseraError */
export async function findChoices(
  client: TesseraClient,
  { search, ...wish }: ChoicesWish,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const variables = { ...wish, limit: choicesShown, search: search === '' ? null : search }
  const { dashboard } = await client.query(FilterValuesDocument, variables, { signal })
  const found = dashboard?.filter?.values.values
  if (found === undefined) throw new TesseraError('NOT_FOUND', 'The filter is not there any more.')
  return found.map(({ value, count }) => ({ value: value ?? null, count }))
}
