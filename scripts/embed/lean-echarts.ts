import type { Plugin } from 'esbuild'

/**
 * Parts of ECharts that stand in every bundle and are of no use to charts that are made by src/charts alone: 12 kB
 * compressed, of what everybody waits for. What they are for is said beside each.
 */
const replacements: Readonly<Record<string, string>> = {
  // Options in the form of ECharts 2 and 3.
  'echarts/lib/preprocessor/backwardCompat.js': 'export default function () {}',
  'echarts/lib/legacy/dataSelectAction.js':
    'export function createLegacyDataSelectAction() {}\nexport function handleLegacySelectEvents() {}',
  // Texts of its own parts; those of the elements come from elsewhere.
  'echarts/lib/i18n/langEN.js': 'export default {}',
  'echarts/lib/i18n/langZH.js': 'export default {}',
  // Axes of times and logarithms: those of charts are of names and numbers.
  'echarts/lib/scale/Time.js':
    'export default class {}\nexport function calcNiceForTimeScale() { throw new Error("There are no axes of times.") }',
  'echarts/lib/scale/Log.js': 'export default class {}',
  // Fewer points than there are.
  'echarts/lib/processor/dataSample.js':
    'export default function (seriesType) { return { seriesType, reset() {} } }',
  // The elements bring their themes along, their own sign of waiting, and their own tooltips.
  'echarts/lib/theme/dark.js': 'export default {}',
  'echarts/lib/loading/default.js':
    'export default function () { throw new Error("There is no sign of waiting.") }',
  'echarts/lib/component/tooltip/seriesFormatTooltip.js': 'export function defaultSeriesFormatTooltip() {}',
  // Data that ECharts would rearrange: it comes as it is drawn.
  'echarts/lib/data/helper/transform.js':
    'export function registerExternalTransform() {}\nexport function applyDataTransform() { throw new Error("Data is not transformed.") }',
  // Slices of a ring, and things to drag: there are none on plots.
  'zrender/lib/graphic/helper/roundSector.js': 'export function buildPath() {}',
  'zrender/lib/mixin/Draggable.js': 'export default class {}',
  // Two fingers: nothing of a plot is zoomed.
  'zrender/lib/core/GestureMgr.js': 'export class GestureMgr { recognize() {}\nclear() { return this } }',
  // A stable sort, which every engine has by now.
  'zrender/lib/core/timsort.js': 'export default (array, compare) => { array.sort(compare) }',
}

/** @throws where a version of ECharts has no such file any more */
export function leanEcharts(): Plugin {
  return {
    name: 'lean-echarts',
    setup({ onLoad, onEnd }) {
      const found = new Set<string>()
      let hasEcharts = false
      onLoad({ filter: /node_modules[\\/](echarts|zrender)[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
        hasEcharts = true
        const name = path.replaceAll('\\', '/').replace(/^.*node_modules\//, '')
        const contents = replacements[name]
        if (contents === undefined) return undefined
        found.add(name)
        return { contents, loader: 'js' }
      })
      onEnd(() => {
        const missing = Object.keys(replacements).filter((name) => hasEcharts && !found.has(name))
        if (missing.length > 0) throw new Error(`ECharts has no ${missing.join(', ')} any more.`)
      })
    },
  }
}
