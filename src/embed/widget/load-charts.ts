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

/** Whether it is drawn with it. One that is not costs its page none of it. */
export function needsCharts({ visualization }: WidgetDefinition): boolean {
  return !plainKinds.has(visualization.kind)
}

const plainKinds: ReadonlySet<string> = new Set(['NUMBER', 'TABLE', 'PIVOT', 'TEXT'])

async function load(): Promise<void> {
  // What most charts are drawn with comes along; it would be asked for as soon as the first figures are there.
  const [{ defineChart }] = await Promise.all([
    import('../chart/tessera-chart.ts'),
    import('../chart/plot-scene.ts'),
  ])
  defineChart()
}
