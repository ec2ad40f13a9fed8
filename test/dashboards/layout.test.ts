import { expect, test } from 'vitest'
import { layoutWithout } from '../../src/dashboards/layout.ts'

const hidden = new Set(['costs', 'profit'])

test('a layout by names loses the places of hidden widgets and keeps the others as they are', () => {
  const layout = { columns: 12, widgets: { total: { x: 0, y: 0 }, costs: { x: 1, y: 0 } } }
  expect(layoutWithout(hidden, layout)).toEqual({ columns: 12, widgets: { total: { x: 0, y: 0 } } })
  expect(layoutWithout(new Set(), layout)).toBe(layout)
})

test('so does a layout of any other form', () => {
  const layout = {
    rows: [['total', 'costs'], ['monthly']],
    widgets: [
      { name: 'costs', w: 2 },
      { name: 'total', w: 1 },
    ],
    tabs: { money: { first: 'total', second: 'profit' }, rest: [{ id: 'monthly' }] },
    main: 'costs',
  }
  const text = JSON.stringify(layoutWithout(hidden, layout))
  expect(text).toBe(
    JSON.stringify({
      rows: [['total'], ['monthly']],
      widgets: [{ name: 'total', w: 1 }],
      tabs: { rest: [{ id: 'monthly' }] },
    }),
  )
})
