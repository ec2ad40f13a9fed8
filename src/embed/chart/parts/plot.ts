import { init, use } from 'echarts/core'
import { install as grid } from 'echarts-lib/component/grid/installSimple.js'
import { install as canvas } from 'echarts-lib/renderer/installCanvasRenderer.js'

/** What every plot needs of ECharts. */
use(canvas)
use(grid)

export { init, use }
