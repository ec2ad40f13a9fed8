import { define } from '../define.ts'
import { TesseraRecords } from './tessera-records.ts'

define('tessera-records', TesseraRecords)
