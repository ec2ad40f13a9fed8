import { expect, test } from 'vitest'
import { gridOf } from '../../src/embed/dashboard/grid.ts'

const place = (name: string, x: number, y: number, w: number, h: number, alone = false) => ({
  name,
  x,
  y,
  w,
  h,
  foldedH: h,
  alone,
})

test('widgets stand where the layout says, in the order in which they are read', () => {
  const layout = {
    columns: 12,
    widgets: {
      trend: { x: 0, y: 2, w: 12, h: 4 },
      right: { x: 6, y: 0, w: 6, h: 2 },
      left: { x: 0, y: 0, w: 6, h: 2 },
    },
  }
  expect(gridOf(layout, ['trend', 'right', 'left'])).toEqual({
    columns: 12,
    places: [place('left', 0, 0, 6, 2), place('right', 6, 0, 6, 2), place('trend', 0, 2, 12, 4, true)],
  })
})

test('rows that a hidden widget leaves empty close up', () => {
  const widgets = { above: { x: 0, y: 0, w: 12, h: 1 }, below: { x: 0, y: 9, w: 12, h: 3 } }
  expect(gridOf({ widgets }, ['above', 'below']).places).toEqual([
    place('above', 0, 0, 12, 1, true),
    place('below', 0, 1, 12, 3, true),
  ])
})

test('a widget that the layout does not place stands below the others', () => {
  const widgets = { placed: { x: 0, y: 0, w: 12, h: 2 } }
  expect(gridOf({ widgets }, ['first', 'placed', 'second']).places).toEqual([
    place('placed', 0, 0, 12, 2, true),
    place('first', 0, 2, 6, 4),
    place('second', 6, 2, 6, 4),
  ])
})

test.each([
  ['no layout', {}],
  ['a list', { widgets: [{ widget: 'only', x: 0 }] }],
  ['text for numbers', { columns: '12', widgets: { only: { x: '0', y: 0, w: 6, h: 4 } } }],
  ['a width of nothing', { widgets: { only: { x: 0, y: 0, w: 0, h: 4 } } }],
  ['numbers without end', { columns: 1e9, widgets: { only: { x: 0, y: 1e300, w: 6, h: 1e9 } } }],
  ['a name of every object', { widgets: null }],
])('a layout that cannot be read places its widget all the same: %s', (_, layout) => {
  expect(gridOf(layout, ['only'])).toEqual({ columns: 12, places: [place('only', 0, 0, 6, 4, true)] })
})

test('a place that reaches over the edge ends at it', () => {
  const { places } = gridOf({ columns: 6, widgets: { wide: { x: 4, y: 0, w: 6, h: 1 } } }, ['wide'])
  expect(places).toEqual([place('wide', 4, 0, 2, 1, true)])
})

test('the names of what every object has are names of widgets like any other', () => {
  expect(gridOf({ widgets: {} }, ['constructor']).places).toEqual([place('constructor', 0, 0, 6, 4, true)])
})
