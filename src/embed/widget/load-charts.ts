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

async function load(): Promise<void> {
  const { defineChart } = await import('../chart/tessera-chart.ts')
  defineChart()
  // What most charts are drawn with comes along; it would be asked for as soon as the first figures are there.
  await import('../chart/plot-scene.ts')
}
