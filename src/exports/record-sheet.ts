import type { RecordStream } from '../analytics/questions/record-stream.ts'
import { cellReader, dimensionColumn, wallClockOf } from './dimension-column.ts'
import { type Sheet, withUniqueNames } from './sheet.ts'

/** Rows as they come from the warehouse. */
export function recordSheet(records: RecordStream, signal: AbortSignal): Sheet {
  const readers = records.columns.map(cellReader)

  async function* rows(): Sheet['rows'] {
    for await (const batch of records.rows(signal)) {
      yield batch.map((row) => readers.map((read, index) => read(row[index] ?? null)))
    }
  }

  return {
    columns: withUniqueNames(records.columns.map(dimensionColumn)),
    rows: rows(),
    zone: wallClockOf(records.zone),
  }
}
