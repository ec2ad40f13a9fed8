import type { PlotPart } from '../../../charts/chart.ts'
import { fileOf } from '../../file-of.ts'

const loaders: Readonly<Record<PlotPart, () => Promise<unknown>>> = {
  line: () => import('./line.ts'),
  bar: () => import('./bar.ts'),
}

/**
 * ECharts with the parts that a plot is made of; each is loaded when the first plot needs it.
 * @throws TesseraError NOT_LOADED
 */
export async function loadPlot(parts: readonly PlotPart[]): Promise<typeof import('./plot.ts')> {
  const [plot] = await fileOf(Promise.all([import('./plot.ts'), ...parts.map((part) => loaders[part]())]))
  return plot
}
