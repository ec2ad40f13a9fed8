import { install } from 'echarts-lib/renderer/installSVGRenderer.js'
import { use } from './plot.ts'

/** For pictures as files. By way of plot.ts, so that both have one file in common and not two. */
use(install)
