import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { type ExportLink, exportFormats, svgDirections, svgThemes } from '../graphql/export-request.ts'
import {
  Comparison,
  Filter,
  Granularity,
  OrderBy,
  Point,
  RecordsInput,
  TableInput,
  TimeRange,
} from '../questions/inputs.ts'
import { svgDefaults, svgSide } from './svg-wish.ts'

const ExportFormat = builder.enumType('ExportFormat', {
  description: 'SVG is a picture of a widget, as for mails and reports; the others are its figures, or rows.',
  values: exportFormats,
})
const SvgTheme = builder.enumType('SvgTheme', { values: svgThemes })
const TextDirection = builder.enumType('TextDirection', { values: svgDirections })

const SvgOptions = builder.inputType('SvgOptionsInput', {
  fields: (t) => {
    const { width, height, theme, title } = svgDefaults
    const description = `in CSS pixels, from ${svgSide.min} to ${svgSide.max}`
    return {
      width: t.int({ defaultValue: width, description }),
      height: t.int({ defaultValue: height, description }),
      theme: t.field({ type: SvgTheme, defaultValue: theme }),
      locale: t.string({
        description:
          'a BCP 47 language tag, such as de-CH, of its numbers, dates and words; en-US by default',
      }),
      direction: t.field({ type: TextDirection, description: 'that of the locale by default' }),
      title: t.boolean({ defaultValue: title, description: "whether the widget's title stands above" }),
    }
  },
})

const WidgetExport = builder.inputType('WidgetExportInput', {
  description: 'What the widget shows under these controls, which are those of Widget.data.',
  fields: (t) => ({
    id: t.id({ required: true }),
    timeRange: t.field({ type: TimeRange }),
    granularity: t.field({ type: Granularity }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
    compareTo: t.field({ type: Comparison }),
  }),
})

const DrillDownExport = builder.inputType('DrillDownExportInput', {
  description: 'All of the rows that Widget.drillDown answers pages of. Needs drill-down.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'of the widget' }),
    at: t.field({ type: Point }),
    columns: t.stringList(),
    orderBy: t.field({ type: [OrderBy] }),
    timeRange: t.field({ type: TimeRange }),
    granularity: t.field({ type: Granularity }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

const ExportInput = builder.inputType('ExportInput', {
  description: 'Exactly one of widget, drillDown, table and records.',
  fields: (t) => ({
    format: t.field({ type: ExportFormat, required: true }),
    fileName: t.string({
      description: 'what is no good in a file name is left out, and the extension is that of the format',
    }),
    svg: t.field({ type: SvgOptions, description: 'what the picture is like, with the format SVG' }),
    widget: t.field({ type: WidgetExport, description: 'the one thing that there is an SVG of' }),
    drillDown: t.field({ type: DrillDownExport }),
    table: t.field({ type: TableInput, description: 'the rows that the query table answers' }),
    records: t.field({ type: RecordsInput, description: 'all of them. Needs drill-down' }),
  }),
})

const Export = builder.objectRef<ExportLink>('Export')
Export.implement({
  authorize: 'value',
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        'The path of the file, to be resolved against the address of this API. Whoever has it can fetch the file, once.',
    }),
    expiresAt: t.field({ type: 'DateTime', resolve: ({ expiresAt }) => expiresAt.toISOString() }),
    fileName: t.exposeString('fileName'),
  }),
})

builder.mutationField('createExport', (t) =>
  t.field({
    type: Export,
    authorize: 'guest',
    description:
      'A file of a widget, the rows behind it, a table or records, under a link that works once and for a minute. Needs export.',
    args: { input: t.arg({ type: ExportInput, required: true }) },
    resolve: (_, { input }, context) => guestOf(context).createExport(input),
  }),
)
