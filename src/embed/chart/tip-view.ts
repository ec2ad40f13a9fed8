import { html, nothing, svg, type TemplateResult } from 'lit'
import type { ChartPoint } from '../../charts/chart.ts'
import { swatch } from './legend-view.ts'
import type { Marked, MarkShape } from './mark.ts'
import type { Size } from './stage.ts'

/** More would stand over all of a picture. */
const mostPoints = 9

/** What is told of the place that is pointed at; all of it is text. */
export function tipView({ heading, points, meant }: Marked): TemplateResult {
  const shown = nearby(points, meant)
  return html`<p class="heading"><bdi>${heading}</bdi></p>
    <dl>${shown.map((point) => pointView(point, points.length > 1 && point.series === meant?.series))}</dl>`
}

function nearby(points: readonly ChartPoint[], meant: ChartPoint | null): readonly ChartPoint[] {
  if (points.length <= mostPoints) return points
  const place = points.findIndex(({ series }) => series === meant?.series)
  const from = Math.min(Math.max(place - Math.floor(mostPoints / 2), 0), points.length - mostPoints)
  return points.slice(from, from + mostPoints)
}

function pointView({ series, text, details, color }: ChartPoint, isMeant: boolean): TemplateResult {
  return html`<dt>${swatch({ mark: 'square', color })}</dt>
    <dt ?data-meant=${isMeant}><bdi>${series}</bdi></dt>
    <dd ?data-meant=${isMeant}>${text}</dd>
    ${details.map(
      (detail) =>
        html`<dt></dt><dt class="detail"><bdi>${detail.name}</bdi></dt><dd class="detail">${detail.text}</dd>`,
    )}`
}

/** The same in one sentence, to be read out. */
export function sentenceOf({ meant }: Marked): string {
  if (meant === null) return ''
  const details = meant.details.map(({ name, text }) => (name === '' ? text : `${name}: ${text}`))
  return [`${meant.label}, ${meant.series}: ${meant.text}`, ...details].join('; ')
}

/** By attributes alone: a page may allow no inline styles. */
export function marksView(marked: Marked | null, isFocused: boolean): TemplateResult | typeof nothing {
  if (marked === null) return nothing
  return html`<svg class="over" aria-hidden="true">
    ${marked.shapes.map(shapeView)}
    ${isFocused ? svg`<circle cx=${marked.x} cy=${marked.y} r="9" fill="none" stroke="currentColor" stroke-width="2" />` : nothing}
  </svg>`
}

function shapeView(shape: MarkShape): TemplateResult {
  switch (shape.kind) {
    case 'dot':
      return svg`<circle cx=${shape.x} cy=${shape.y} r=${shape.isMeant ? 4.5 : 3} fill=${shape.color} stroke="var(--_surface, Canvas)" stroke-width="1.5" />`
    case 'line':
      return svg`<line x1=${shape.x} x2=${shape.x} y1=${shape.y} y2=${shape.y + shape.height} stroke="currentColor" stroke-opacity="0.35" />`
    case 'band':
      return svg`<rect x=${shape.x} y=${shape.y} width=${shape.width} height=${shape.height} fill="currentColor" fill-opacity="0.06" />`
    case 'ring':
      return svg`<rect x=${shape.x} y=${shape.y} width=${shape.width} height=${shape.height} rx="3" fill="none" stroke="currentColor" stroke-width="1.5" />`
  }
}

/** Beside the mark, on the side where there is room. */
export function placeTip(tip: HTMLElement, marked: Marked, room: Size): void {
  const { width, height } = tip.getBoundingClientRect()
  const beyond = marked.x + 14
  const x = beyond + width > room.width ? marked.x - 14 - width : beyond
  const y = Math.min(Math.max(marked.y - height / 2, 0), Math.max(room.height - height, 0))
  const left = Math.min(Math.max(x, 0), Math.max(room.width - width, 0))
  tip.style.setProperty('--x', `${Math.round(left)}px`)
  tip.style.setProperty('--y', `${Math.round(y)}px`)
}
