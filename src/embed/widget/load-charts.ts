import type { PlotPart } from '../../charts/chart.ts'
import { loadPlot } from '../chart/parts/load.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import { fileOf } from '../file-of.ts'

let loading: Promise<void> | null = null

/**
 * What draws charts, loaded once for all of a page.
 * @throws TesseraError NOT_LOADED; the next call asks again
 */
export function loadCharts(): Promise<void> {
  loading ??= fileOf(load()).catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

const plainKinds: ReadonlySet<string> = new Set(['NUMBER', 'TABLE', 'PIVOT', 'TEXT'])

/** What most answers of a kind are drawn with. */
const usualParts: Readonly<Partial<Record<string, PlotPart>>> = {
  LINE: 'line',
  AREA: 'line',
  BAR: 'bar',
  STACKED_BAR: 'bar',
  HISTOGRAM: 'bar',
}

/**
 * Has the files that widgets are drawn with on their way while their figures are asked for; what is no chart costs its page
 * no chart library. Whoever draws with them asks again, and tells where one does not come.
 */
export function prepareCharts(widgets: readonly WidgetDefinition[]): void {
  const kinds = new Set(widgets.map(({ visualization }) => visualization.kind))
  if ([...kinds].every((kind) => plainKinds.has(kind))) return
  const parts = new Set([...kinds].flatMap((kind) => usualParts[kind] ?? []))
  Promise.all([loadCharts(), parts.size > 0 && loadPlot([...parts])]).catch(() => {})
}

async function load(): Promise<void> {
  // What most charts are drawn with comes along; it would be asked for as soon as the first figures are there.
  const [{ defineChart }] = await Promise.all([
    import('../chart/tessera-chart.ts'),
    import('../chart/plot-scene.ts'),
  ])
  defineChart()
}
