import { TesseraControls } from './controls/tessera-controls.ts'
import { TesseraFilter } from './controls/tessera-filter.ts'
import { TesseraPeriod } from './controls/tessera-period.ts'
import { define } from './define.ts'
import { TesseraMenu } from './menu/tessera-menu.ts'
import { TesseraTable } from './widget/views/tessera-table.ts'

define('tessera-menu', TesseraMenu)
define('tessera-filter', TesseraFilter)
define('tessera-period', TesseraPeriod)
define('tessera-controls', TesseraControls)
define('tessera-table', TesseraTable)
