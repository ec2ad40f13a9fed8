import { describe, expect, test } from 'vitest'
import { type VisualizationKind, visualizationKinds, type WidgetAnswer } from '../../src/charts/answers.ts'
import { renderSvg } from '../../src/charts/render-svg.ts'
import { answers, daily, departures, table, topDestinations, widget } from '../support/chart-answers.ts'
import { elementsOf, parseXml, textOf } from '../support/xml.ts'

const size = { width: 600, height: 320 }

const pairs = visualizationKinds.flatMap((kind) =>
  Object.entries(answers).map(([name, answer]) => ({ kind, name, answer })),
)

test.each(pairs)(
  '$name drawn as $kind is one well-formed picture without a figure that is none',
  async ({ kind, answer }) => {
    const svg = await renderSvg(widget(kind), answer, size)
    const { name, attributes } = parseXml(svg)
    expect({ name, width: attributes.width, height: attributes.height, role: attributes.role }).toEqual({
      name: 'svg',
      width: '600',
      height: '320',
      role: 'img',
    })
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/)
  },
)

const many = Array.from({ length: 30 }, (_, index) => `Name of ${index + 1}`)

/** The names that are shown, and the numbers of those that are not. */
async function namesIn(kind: VisualizationKind, answer: WidgetAnswer, direction: 'ltr' | 'rtl') {
  const root = parseXml(await renderSvg(widget(kind), answer, { width: 600, height: 180 }, { direction }))
  const texts = elementsOf(root)
    .filter(({ name }) => name === 'text')
    .map(textOf)
  return {
    named: texts.filter((text) => text.startsWith('N')).length,
    left: texts.filter((text) => /^\+\d+$/.test(text)),
  }
}

describe.each(['ltr', 'rtl'] as const)('what there is no room for is counted, %s', (direction) => {
  test('as the columns of a table', async () => {
    const [figure] = table.columns.filter(({ kind }) => kind === 'METRIC')
    if (figure === undefined) throw new Error('no figure')
    const columns = many.map((title) => ({ ...figure, name: title, title }))
    const cells = [many.map((_, index) => index)]
    const answer = { ...table, columns, cells, rowCount: 1, totals: null }
    expect(await namesIn('TABLE', answer, direction)).toEqual({ named: 10, left: ['+20'] })
  })

  test('as the rows of a table', async () => {
    const cells = many.map((name) => [name, ...(table.cells[0] ?? []).slice(1)])
    expect(await namesIn('TABLE', { ...table, cells, rowCount: 30 }, direction)).toEqual({
      named: 1,
      left: ['+29'],
    })
  })

  test('as the lines that a legend names', async () => {
    const [series] = daily.series
    if (series === undefined) throw new Error('no series')
    const answer = {
      ...daily,
      series: many.map((title) => ({ ...series, metric: { ...departures, name: title, title } })),
    }
    expect(await namesIn('LINE', answer, direction)).toEqual({ named: 5, left: ['+25'] })
  })

  // Those that the answer leaves out are one more.
  test('as the parts that a legend names', async () => {
    const [row] = topDestinations.rows
    if (row === undefined) throw new Error('no row')
    const rows = many
      .slice(0, 10)
      .map((name) => ({ ...row, keys: [{ dimension: 'destination', value: name }] }))
    expect(await namesIn('PIE', { ...topDestinations, rows }, direction)).toEqual({ named: 4, left: ['+7'] })
  })
})
