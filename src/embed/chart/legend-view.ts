import { html, svg, type TemplateResult } from 'lit'
import type { Legend, LegendEntry } from '../../charts/chart.ts'

/** Each series that can be switched off is a button; the others are only named. */
export function legendView(legend: Legend, toggle: (key: string) => void): TemplateResult {
  return html`<ul class="legend" part="legend">
    ${legend.entries.map((entry) => html`<li>${entryView(entry, toggle)}</li>`)}
  </ul>`
}

function entryView(entry: LegendEntry, toggle: (key: string) => void): TemplateResult {
  const inside = html`${swatch(entry)}<bdi class="name" title=${entry.name}>${entry.name}</bdi>${entry.texts.map(
    (text) => html`<span class="figure">${text}</span>`,
  )}`
  if (!entry.canHide) return html`<span class="entry">${inside}</span>`
  return html`<button
    type="button"
    class="entry"
    aria-pressed=${entry.isHidden ? 'false' : 'true'}
    @click=${() => toggle(entry.key)}
  >${inside}</button>`
}

export function swatch({ mark, color }: Pick<LegendEntry, 'mark' | 'color'>): TemplateResult {
  const shape =
    mark === 'square'
      ? svg`<rect x="1" y="1" width="10" height="10" rx="2.5" fill=${color} />`
      : svg`<line x1="0" x2="12" y1="6" y2="6" stroke=${color} stroke-width=${mark === 'dashed' ? 1.5 : 2.5} stroke-dasharray=${mark === 'dashed' ? '3 2.5' : 'none'} />`
  return html`<svg viewBox="0 0 12 12" aria-hidden="true">${shape}</svg>`
}
