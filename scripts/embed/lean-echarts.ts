import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * Parts of ECharts that stand in every bundle and are of no use to charts that are made by src/charts alone: 19 kB
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
  // Shapes and paths of pictures that are not plots.
  'zrender/lib/graphic/shape/Arc.js': 'export default class {}',
  'zrender/lib/graphic/shape/BezierCurve.js': 'export default class {}',
  'zrender/lib/graphic/shape/Ellipse.js': 'export default class {}',
  'zrender/lib/graphic/shape/Ring.js': 'export default class {}',
  'zrender/lib/graphic/CompoundPath.js': 'export default class {}',
  'zrender/lib/tool/path.js':
    'export function createFromString() {}\nexport function extendFromString() {}\nexport function mergePath() {}\nexport function clonePath() {}',
  // Small ticks, and two axes whose ticks stand on the same height.
  'echarts/lib/scale/minorTicks.js': 'export function getMinorTicks() { return [] }',
  'echarts/lib/coord/axisAlignTicks.js':
    'export function scaleCalcAlign() { throw new Error("Axes are not aligned.") }',
  // A pointer that runs along the axis: the elements draw their own.
  'echarts/lib/component/axisPointer/modelHelper.js':
    'export function fixValue() {}\nexport function getAxisPointerModel() {}',
  // What every engine has by now.
  'zrender/lib/core/WeakMap.js': 'export default WeakMap',
  // A stable sort, which every engine has by now.
  'zrender/lib/core/timsort.js': 'export default (array, compare) => { array.sort(compare) }',
}

/** What is cut out of files of which the rest is of use: from where, to where, and what stands there instead. */
const cuts: Readonly<Record<string, readonly (readonly [from: string, to: string, instead: string])[]>> = {
  // Texts in several styles.
  'zrender/lib/graphic/Text.js': [
    ['ZRText.prototype._updateRichTexts = function', 'ZRText.prototype._renderBackground = function', ''],
    [
      'this.style.rich\n            ? this._updateRichTexts()\n            : ',
      'this._updatePlainTexts();',
      '',
    ],
  ],
  // Names of colors: those of a theme are numbers.
  'zrender/lib/tool/color.js': [
    ["'aliceblue'", '\n};', "'black': [0, 0, 0, 1], 'white': [255, 255, 255, 1]"],
  ],
  // The rest of that file makes markup of an SVG.
  'zrender/lib/animation/Animator.js': [
    [
      "import { isLinearGradient, isRadialGradient } from '../svg/helper.js'",
      '\n',
      "const isLinearGradient = (value) => value.type === 'linear'\nconst isRadialGradient = (value) => value.type === 'radial'",
    ],
  ],
}

/** @throws where a version of ECharts has no such file or text any more */
export function leanEcharts(): Plugin {
  return {
    name: 'lean-echarts',
    setup({ onLoad, onEnd }) {
      const found = new Set<string>()
      let hasEcharts = false
      onLoad({ filter: /node_modules[\\/](echarts|zrender)[\\/]lib[\\/].*\.js$/ }, async ({ path }) => {
        hasEcharts = true
        const name = path.replaceAll('\\', '/').replace(/^.*node_modules\//, '')
        const contents =
          replacements[name] ?? (name in cuts ? cut(name, await readFile(path, 'utf8')) : undefined)
        if (contents === undefined) return undefined
        found.add(name)
        return { contents, loader: 'js' }
      })
      onEnd(() => {
        const known = [...Object.keys(replacements), ...Object.keys(cuts)]
        const missing = known.filter((name) => hasEcharts && !found.has(name))
        if (missing.length > 0) throw new Error(`ECharts has no ${missing.join(', ')} any more.`)
      })
    },
  }
}

function cut(name: string, whole: string): string {
  return (cuts[name] ?? []).reduce((text, [from, to, instead]) => {
    const start = text.indexOf(from)
    const end = text.indexOf(to, start)
    if (start < 0 || end < 0)
      throw new Error(`${name} has no ${JSON.stringify(start < 0 ? from : to)} any more.`)
    return text.slice(0, start) + instead + text.slice(end)
  }, whole)
}
