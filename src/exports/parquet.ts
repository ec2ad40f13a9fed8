import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Cell } from '../warehouse/warehouse.ts'
import { parquetColumn } from './parquet-column.ts'
import type { Sheet } from './sheet.ts'

/** In memory at a time; small enough for a flat process, large enough for a reader to skip by statistics. */
const rowGroupRows = 4_096

/**
 * Row group after row group as rows come, and the footer, without which no reader opens the file, at the end.
 */
export async function* writeParquet({ columns, rows }: Sheet): AsyncGenerator<Uint8Array> {
  const fields = columns.map(parquetColumn)
  const bytes = new ByteWriter()
  const root = { name: 'root', num_children: fields.length }
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [root, ...fields.map(({ element }) => element)],
    createdBy: 'tessera',
  })

  function writeGroup(group: readonly (readonly Cell[])[]): Uint8Array {
    const columnData = fields.map(({ element, convert }, index) => ({
      name: element.name,
      data: group.map((row) => {
        const cell = row[index] ?? null
        return cell === null ? null : convert(cell)
      }),
    }))
    writer.write({ columnData, rowGroupSize: rowGroupRows })
    return taken(bytes)
  }

  let waiting: (readonly Cell[])[] = []
  for await (const batch of rows) {
    for (const row of batch) waiting.push(row)
    if (waiting.length < rowGroupRows) continue
    yield writeGroup(waiting.slice(0, rowGroupRows))
    waiting = waiting.slice(rowGroupRows)
  }
  if (waiting.length > 0) yield writeGroup(waiting)
  writer.finish()
  yield taken(bytes)
}

/** What was written since the last time; places in the file go on counting. */
function taken(writer: ByteWriter): Uint8Array {
  const written = writer.getBytes().slice()
  writer.index = 0
  return written
}
