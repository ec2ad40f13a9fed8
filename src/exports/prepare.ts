import type { RecordStream } from '../analytics/questions/record-stream.ts'
import type { Dimension, Widget } from '../catalogue/catalogue.ts'
import { badInput, TesseraError } from '../errors.ts'
import { decodeGlobalID } from '../graphql/builder.ts'
import type { GuestContext } from '../graphql/context.ts'
import type { ExportInput } from '../graphql/export-request.ts'
import { widgetData, widgetRecordStream } from '../widgets/data.ts'
import { answerSheet } from './answer-sheet.ts'
import type { Members } from './columns.ts'
import { dimensionColumn } from './dimension-column.ts'
import { recordSheet } from './record-sheet.ts'
import type { Sheet } from './sheet.ts'
import { svgWish } from './svg-wish.ts'

export type Exporter = Pick<GuestContext, 'analytics' | 'stored' | 'catalogue' | 'mayAsk' | 'mayExport'>

/** Something that may be exported, before anything of it is read. */
export interface PreparedExport {
  /** What a file is called by default. */
  readonly title: string
  /** How many rows there are; null where they are those of one answer. */
  readonly count: (() => Promise<number>) | null
  /** Asks, and gives the rows as they come. */
  readonly sheet: (signal: AbortSignal) => Promise<Sheet>
}

/**
 * @throws FORBIDDEN without export, NOT_FOUND, and what the question is refused with; the path of an argument is that
 *   of the input
 */
export async function prepareExport(exporter: Exporter, input: ExportInput): Promise<PreparedExport> {
  const part = partOf(input)
  if (!exporter.mayExport) throw new TesseraError('FORBIDDEN', { expected: 'a token with export' })
  checkFormat(input, part)
  const { widget, drillDown, table, records } = input
  return atPart(part, async () => {
    if (widget != null) return prepareWidget(exporter, widget)
    if (drillDown != null) {
      const { title } = findWidget(exporter, drillDown.id)
      return ofRecords(
        title,
        await widgetRecordStream(exporter, findWidget(exporter, drillDown.id), drillDown),
      )
    }
    if (records != null) {
      const stream = await exporter.analytics.recordStream(records)
      return ofRecords(stream.dataset.title, stream)
    }
    if (table == null) throw badInput('input', 'one of widget, drillDown, table and records')
    const title = exporter.catalogue.metric(table.metrics[0] ?? '')?.title ?? 'table'
    const sheet = async () => answerSheet(await exporter.analytics.table(table), membersOf(exporter))
    return { title, count: null, sheet: () => atPart(part, sheet) }
  })
}

const parts = ['widget', 'drillDown', 'table', 'records'] as const
type Part = (typeof parts)[number]

function partOf(input: ExportInput): Part {
  const [part, ...others] = parts.filter((name) => input[name] != null)
  if (part === undefined || others.length > 0) {
    throw badInput('input', 'exactly one of widget, drillDown, table and records')
  }
  return part
}

/** @throws BAD_USER_INPUT */
function checkFormat({ format, svg }: ExportInput, part: Part): void {
  if (format !== 'SVG') {
    if (svg != null) throw badInput('input.svg', `nothing with ${format}: it says what an SVG is like`)
    return
  }
  if (part !== 'widget') {
    throw badInput('input.format', `SVG with a widget alone: what ${part} exports are rows, and no picture`)
  }
  svgWish(svg)
}

function prepareWidget(exporter: Exporter, controls: NonNullable<ExportInput['widget']>): PreparedExport {
  const widget = findWidget(exporter, controls.id)
  const sheet = async () => answerSheet(await widgetData(exporter, widget, controls), membersOf(exporter))
  return { title: widget.title, count: null, sheet: () => atPart('widget', sheet) }
}

function ofRecords(title: string, stream: RecordStream): PreparedExport {
  return { title, count: () => stream.count(), sheet: async (signal) => recordSheet(stream, signal) }
}

function findWidget({ catalogue }: Exporter, id: string): Widget {
  const { typename, id: key } = decodeGlobalID(id)
  const widget = typename === 'Widget' ? catalogue.widgetByKey(key) : null
  if (widget === null) throw new TesseraError('NOT_FOUND')
  return widget
}

/** Whatever an answer names, its asker may see. */
function membersOf({ catalogue }: Exporter): Members {
  const find = (names: readonly string[], name: string): Dimension | undefined =>
    names
      .map((each) => catalogue.dataset(each))
      .flatMap((dataset) => (dataset === null ? [] : (catalogue.dimension(dataset, name) ?? [])))
      .at(0)
  return {
    metric: (name) => catalogue.metric(name),
    dimension: (datasets, name) => {
      const found = find(datasets, name)
      return found === undefined
        ? { name, title: name, type: { kind: 'text' }, format: null }
        : dimensionColumn(found)
    },
  }
}

/** What a stored question has wrong is not the guest's argument. */
export async function atPart<Result>(part: Part, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const argument = error instanceof TesseraError ? error.details.argument : undefined
    if (!(error instanceof TesseraError) || argument === undefined) throw error
    if (argument === 'input' || argument.startsWith('widget.')) throw error
    const path = `input.${part}.${argument.replace(/^input\./, '')}`
    throw new TesseraError(error.code, { ...error.details, argument: path })
  }
}
