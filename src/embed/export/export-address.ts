import type { TesseraClient } from '../../client/client.ts'
import type { WidgetArguments } from '../../client/dashboard-data.ts'
import { CreateExportDocument, type ExportInput, type PointInput } from '../../client/documents.generated.ts'

/** As the API's ExportFormat, without what is made of a picture. */
export const fileFormats = ['CSV', 'XLSX', 'JSON_LINES', 'PARQUET'] as const
export type FileFormat = (typeof fileFormats)[number]

export interface ExportWish {
  readonly widget: string
  readonly asked: WidgetArguments
  readonly format: FileFormat
  /** The records behind a figure, or behind all of them where it is null; without it, the widget's own figures. */
  readonly at?: PointInput | null
}

/**
 * A link that is good for one download within a minute.
 * @throws TesseraError
 */
export async function exportAddress(
  client: TesseraClient,
  wish: ExportWish,
  signal: AbortSignal,
): Promise<string> {
  const { createExport } = await client.query(CreateExportDocument, { input: inputOf(wish) }, { signal })
  // Beside the API, also where that stands below a prefix.
  return new URL(createExport.url.replace(/^\//, ''), client.url).href
}

function inputOf({ widget: id, asked, format, at }: ExportWish): ExportInput {
  if (at === undefined) return { format, widget: { id, ...asked } }
  const { timeRange, granularity, timeZone, filters } = asked
  return { format, drillDown: { id, at, timeRange, granularity, timeZone, filters } }
}
