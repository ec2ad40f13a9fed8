import { expect, test } from 'vitest'
import { contrast, darkTheme, inkOn, lightTheme, mix } from '../../src/charts/theme.ts'

test.each([lightTheme, darkTheme])(
  'in $scheme, marks stand out 3:1 from the ground and texts 4.5:1',
  (theme) => {
    const { background } = theme
    const against = (color: string) => contrast(color, background)
    const marks = [...theme.colors, theme.others, theme.good, theme.bad]
    expect(marks.filter((color) => against(color) < 3)).toEqual([])
    expect([theme.text, theme.muted, theme.good, theme.bad].filter((color) => against(color) < 4.5)).toEqual(
      [],
    )
  },
)

test.each([lightTheme, darkTheme])(
  'in $scheme, what is written on a shade can be read on all of them',
  ({ scale }) => {
    const shades = Array.from({ length: 21 }, (_, step) => mix(scale[0], scale[1], step / 20))
    expect(shades.filter((shade) => contrast(inkOn(shade), shade) < 4.5)).toEqual([])
  },
)

test('contrast is as WCAG has it', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777', '#fff')).toBeCloseTo(4.478, 3)
})
