import type { MapChart } from '../chart.ts'
import type { PlacesInAtlas } from '../map/atlas.ts'
import type { ChartTheme } from '../theme.ts'
import { fill } from '../words.ts'
import { type Box, textAt } from './frame.ts'
import { drawScale } from './legend.ts'
import { element, type Markup } from './markup.ts'

export function mapMarkup(
  chart: MapChart,
  { atlas, shapes, missing }: PlacesInAtlas,
  box: Box,
  theme: ChartTheme,
  direction: 'ltr' | 'rtl',
): readonly Markup[] {
  const { marks, rest } = drawScale(chart.scale, box, theme, direction)
  const note =
    missing === 0
      ? []
      : [
          textAt(fill(chart.missing, { count: String(missing) }), {
            x: direction === 'rtl' ? box.x : box.x + box.width,
            y: box.y + box.height - 2,
            size: 11,
            color: theme.muted,
            anchor: direction === 'rtl' ? 'start' : 'end',
          }),
        ]
  return [
    element(
      'svg',
      { ...rest, viewBox: `0 0 ${atlas.width} ${atlas.height}`, preserveAspectRatio: 'xMidYMid meet' },
      ...shapes.map(({ shape, place }, index) =>
        element('path', {
          d: shape.path,
          'data-mark': place === null ? null : `0 ${index}`,
          fill: place?.color ?? chart.empty,
          stroke: chart.outline,
          'stroke-width': 1,
          'vector-effect': 'non-scaling-stroke',
          'stroke-linejoin': 'round',
        }),
      ),
    ),
    ...marks,
    ...note,
  ]
}
