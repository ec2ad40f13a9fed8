import { expect, test } from 'vitest'
import { safeFileName } from '../../src/exports/file-name.ts'

test.each(['con', 'NUL.txt', 'com1', 'COM¹', 'lpt³.a', 'CONIN$', 'conout$', 'aux .x'])(
  '%j is a device of Windows, and its file has another name',
  (wanted) => {
    expect(safeFileName(wanted, 'CSV')).toBe(`_${wanted}.csv`)
  },
)

test.each(['console', 'com10', 'COM⁴', 'nulls', 'auxiliary.x'])('%j is none', (wanted) => {
  expect(safeFileName(wanted, 'CSV')).toBe(`${wanted}.csv`)
})
