import type { CounterInput } from '../../catalogue/inputs.ts'
import { always } from '../../warehouse/select.ts'
import type { CounterAnswer } from '../answers.ts'
import { type Asking, datasetOf, type Plan, parseRowset } from '../asking.ts'
import { columnAt, figureOf, statsOf } from '../decode.ts'
import { measureOf, requireRowMetric } from '../measure.ts'
import { selectFor } from '../view.ts'
import { requireMetric } from '../visible.ts'
import { windowsOf } from '../windows.ts'

export function planCounter(asking: Asking, input: CounterInput): Plan<CounterAnswer> {
  const metric = requireRowMetric(requireMetric(asking.visible, input.metric, 'input.metric'), 'input.metric')
  const dataset = datasetOf(asking, metric)
  const rowset = parseRowset(asking, dataset, input)
  const { where, current, compared } = windowsOf(asking, rowset, input)
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs: [
        { name: 'v0', expression: measureOf(dataset, metric, current) },
        ...(compared === null ? [] : [{ name: 'c0', expression: measureOf(dataset, metric, compared.rows) }]),
      ],
      where,
      groupBy: [[]],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => ({
      kind: 'counter',
      metric,
      range: rowset.range,
      figure: figureOf(columnAt(rows, 0)[0]),
      comparison:
        compared === null ? null : { range: compared.range, figure: figureOf(columnAt(rows, 1)[0]) },
      stats: statsOf(rows, asking.now),
    }),
  }
}
