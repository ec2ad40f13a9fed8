let loading: Promise<unknown> | null = null

/** What draws charts, loaded once for all of a page; a file that could not be loaded is asked for again. */
export function loadCharts(): Promise<unknown> {
  loading ??= load().catch(() => {
    loading = null
  })
  return loading
}

async function load(): Promise<void> {
  const { defineChart } = await import('../chart/tessera-chart.ts')
  defineChart()
  // What most charts are drawn with comes along; it would be asked for as soon as the first figures are there.
  await import('../chart/plot-scene.ts')
}
