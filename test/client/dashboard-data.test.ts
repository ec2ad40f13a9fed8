import { readFileSync } from 'node:fs'
import { buildSchema, extendSchema, Lexer, parse, Source, TokenKind, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import {
  type AskedWidget,
  type ChosenControls,
  dashboardDataDocument,
} from '../../src/client/dashboard-data.ts'
import * as generated from '../../src/client/documents.generated.ts'
import { defaultDocumentLimits } from '../../src/http/use-limits.ts'

const { fragments } = generated
const printed = buildSchema(readFileSync('schema.graphql', 'utf8'))
const defer = 'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT'
const schema = printed.getDirective('defer') ? printed : extendSchema(printed, parse(defer))

const none = {
  timeRange: false,
  granularity: false,
  compareTo: false,
  filters: [],
  drillDown: false,
  export: false,
}
const answers = [
  'COUNTER',
  'TIME_SERIES',
  'LEADERBOARD',
  'TABLE',
  'HISTOGRAM',
  'FUNNEL',
  'RETENTION',
] as const

function widget(id: string, kind: AskedWidget['answers'], controls: Partial<AskedWidget['controls']> = {}) {
  return { id, answers: kind, controls: { ...none, ...controls } }
}

const march: ChosenControls = {
  timeRange: { period: 'last_30_days' },
  granularity: 'WEEK',
  timeZone: 'Europe/Berlin',
  compareTo: 'PREVIOUS_YEAR',
  filters: {
    state: { dimension: 'destination_state', operator: 'EQUALS', values: ['CA'] },
    destination: { dimension: 'destination', operator: 'EQUALS', values: ['LAX', 'SFO'] },
  },
}

describe('the operation of a dashboard', () => {
  it('gives each widget the controls that it takes and shares what is the same', () => {
    const asked = dashboardDataDocument(
      [
        widget('d:total', 'COUNTER', { timeRange: true, compareTo: true, filters: ['state'] }),
        widget('d:daily', 'TIME_SERIES', {
          timeRange: true,
          granularity: true,
          compareTo: true,
          filters: ['state', 'destination'],
        }),
        widget('d:tail', 'HISTOGRAM', { filters: ['state'] }),
      ],
      march,
    )
    expect(asked).toEqual({
      document: [
        'query DashboardData($w0:ID! $timeRange:TimeRangeInput $timeZone:TimeZone $compareTo:Comparison',
        ' $filters:[FilterInput!] $w1:ID! $granularity:Granularity $filters5:[FilterInput!] $w2:ID!)',
        '{w0:widget(id:$w0){id ...@defer{data(timeRange:$timeRange timeZone:$timeZone compareTo:$compareTo',
        ' filters:$filters){...CounterData}}}',
        ' w1:widget(id:$w1){id ...@defer{data(timeRange:$timeRange granularity:$granularity',
        ' timeZone:$timeZone compareTo:$compareTo filters:$filters5){...TimeSeriesData}}}',
        ' w2:widget(id:$w2){id ...@defer{data(filters:$filters){...HistogramData}}}}',
        fragments.CounterData,
        fragments.MetricFormat,
        fragments.TimeRangeShown,
        fragments.TimeSeriesData,
        fragments.HistogramData,
      ].join(''),
      variables: {
        w0: 'd:total',
        timeRange: { period: 'last_30_days' },
        timeZone: 'Europe/Berlin',
        compareTo: 'PREVIOUS_YEAR',
        filters: [{ dimension: 'destination_state', operator: 'EQUALS', values: ['CA'] }],
        w1: 'd:daily',
        granularity: 'WEEK',
        filters5: [
          { dimension: 'destination_state', operator: 'EQUALS', values: ['CA'] },
          { dimension: 'destination', operator: 'EQUALS', values: ['LAX', 'SFO'] },
        ],
        w2: 'd:tail',
      },
      aliases: new Map([
        ['d:total', 'w0'],
        ['d:daily', 'w1'],
        ['d:tail', 'w2'],
      ]),
    })
  })

  it('asks nothing of a text, and a widget that stands twice once', () => {
    const asked = dashboardDataDocument([
      widget('d:text', null),
      widget('d:total', 'COUNTER'),
      widget('d:total', 'COUNTER'),
    ])
    expect([asked.variables, asked.aliases]).toEqual([{ w0: 'd:total' }, new Map([['d:total', 'w0']])])
  })

  it('is one that the API answers where there is nothing to ask', () => {
    const asked = dashboardDataDocument([widget('d:text', null)])
    expect(asked).toEqual({ document: 'query DashboardData{__typename}', variables: {}, aliases: new Map() })
  })

  it('fits the schema and its limits with fifty widgets under every control', () => {
    const everything = {
      timeRange: true,
      granularity: true,
      compareTo: true,
      filters: ['state', 'destination'],
    }
    const widgets = Array.from({ length: 50 }, (_, index) =>
      widget(`d:${index}`, answers[index % answers.length] ?? null, everything),
    )
    const { document } = dashboardDataDocument(widgets, march)
    expect(validate(schema, parse(document.toString()))).toEqual([])
    expect(tokensIn(document.toString())).toBeLessThan(defaultDocumentLimits.tokens)
  })
})

describe('the generated documents', () => {
  const documents = Object.entries(generated).filter(([name]) => name.endsWith('Document'))
  it.each(documents)('%s fits the schema', (_, document) => {
    expect(validate(schema, parse(String(document)))).toEqual([])
  })
})

function tokensIn(text: string): number {
  const lexer = new Lexer(new Source(text))
  let count = 0
  while (lexer.advance().kind !== TokenKind.EOF) count += 1
  return count
}
