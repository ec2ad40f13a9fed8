import { install } from 'echarts-lib/renderer/installSVGRenderer.js'

/** For pictures as files. */
export { install as svg }
