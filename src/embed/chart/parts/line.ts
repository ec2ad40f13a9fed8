import { install } from 'echarts-lib/chart/line/install.js'
import { use } from './plot.ts'

use(install)
