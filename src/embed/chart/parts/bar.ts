import { install } from 'echarts-lib/chart/bar/install.js'
import { use } from './plot.ts'

use(install)
