import type { RecordsInput } from '../../catalogue/inputs.ts'
import { always, type Order, type Select } from '../../warehouse/select.ts'
import type { RowBatch } from '../../warehouse/warehouse.ts'
import type { Asking, Plan } from '../asking.ts'
import { columnAt } from '../decode.ts'
import { selectFor } from '../view.ts'
import { keyName, keyOutputs } from './ranking.ts'
import { type Behind, parseRecords, type RecordsQuestion } from './records.ts'

/** All rows of a question for records, and how many they are. */
export interface RecordStreamPlan extends Pick<RecordsQuestion, 'dataset' | 'columns' | 'zone'> {
  readonly select: Select
  readonly counted: Plan<number>
}

/** The rows, not yet asked for. */
export interface RecordStream extends Pick<RecordsQuestion, 'dataset' | 'columns' | 'zone'> {
  /** How many there are now. */
  count(): Promise<number>
  /** @throws at any batch what `Warehouse.stream` does; more rows than the limit are QUERY_TOO_LARGE */
  rows(signal: AbortSignal): AsyncIterable<RowBatch>
}

/** Ordered by what was asked for alone: no page has to go on where another ended. */
export function planRecordStream(
  asking: Asking,
  input: RecordsInput,
  behind: Behind | null = null,
): RecordStreamPlan {
  const { dataset, columns, zone, rows: where, order, ordered } = parseRecords(asking, input, behind)
  const wish = { where, having: always, limit: null, offset: 0 }
  const countRows = { kind: 'aggregate', function: 'count', of: null, level: null, where: always } as const
  return {
    dataset,
    columns,
    zone,
    select: selectFor(asking, dataset, {
      ...wish,
      outputs: keyOutputs(dataset, columns),
      groupBy: null,
      orderBy: order
        .slice(0, ordered)
        .map(({ index, descending }): Order => ({ output: keyName(index), descending })),
    }),
    counted: {
      dataset,
      select: selectFor(asking, dataset, {
        ...wish,
        outputs: [{ name: 'n', expression: countRows }],
        groupBy: [[]],
        orderBy: [],
      }),
      read: (rows) => Number(columnAt(rows, 0)[0] ?? 0),
    },
  }
}
