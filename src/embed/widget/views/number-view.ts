import { css, html, nothing, svg, type TemplateResult } from 'lit'
import type { NumberChart, Sparkline } from '../../../charts/chart.ts'
import { noFigure } from '../../../charts/format/figure.ts'
import { customProperties } from '../../theme/custom-properties.ts'

/** A figure by itself: large, with what it was before in words, and how far it is from its goal. */
export function numberView(
  { text, comparison, goal, sparkline, at }: NumberChart,
  onPoint: ((at: NonNullable<NumberChart['at']>) => void) | null,
): TemplateResult {
  const canDrill = onPoint !== null && at !== null
  return html`<div class="number">
    ${
      canDrill
        ? html`<button class="figure" part="figure" type="button" @click=${() => onPoint(at)}><bdi>${text}</bdi></button>`
        : html`<p class="figure" part="figure"><bdi>${text}</bdi></p>`
    }
    ${
      comparison === null
        ? nothing
        : html`<p class="change" part="comparison">
          <span class="ratio" data-sentiment=${comparison.sentiment}>
            ${comparison.text === noFigure ? nothing : arrow(comparison.direction)}<bdi>${comparison.text}</bdi>
          </span>
          <span class="before">${comparison.detail}</span>
        </p>`
    }
    ${
      goal === null
        ? nothing
        : html`<div class="goal" part="goal" ?data-reached=${goal.isReached}>
          <div class="track" aria-hidden="true"><span ${customProperties({ '--ratio': goal.ratio })}></span></div>
          <p>${goal.label}: ${goal.text}</p>
        </div>`
    }
    ${sparkline === null ? nothing : drawSparkline(sparkline)}
  </div>`
}

function arrow(direction: 'up' | 'down' | 'flat'): TemplateResult {
  const paths = { up: 'M6 2.5 10.5 9h-9z', down: 'M6 9.5 1.5 3h9z', flat: 'M1.5 5h9v2h-9z' }
  return html`<svg viewBox="0 0 12 12" aria-hidden="true"><path d=${paths[direction]} /></svg>`
}

function drawSparkline({ line, area }: Sparkline): TemplateResult {
  return html`<svg class="sparkline" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="area" d=${area} /><path class="line" d=${line} />`}
  </svg>`
}

export const numberStyles = css`
  .number {
    display: flex;
    flex-direction: column;
    justify-content: flex-start;
    gap: 0.25rem;
    height: 100%;
  }

  .figure {
    width: fit-content;
    max-width: 100%;
    padding: 0;
    border: 0;
    background: none;
    font-size: 2.25em;
    font-weight: 650;
    line-height: 1.1;
    letter-spacing: -0.02em;
    text-align: start;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }

  button.figure {
    border-radius: 0.25rem;
    cursor: pointer;
  }

  button.figure:hover {
    color: var(--_accent);
  }

  .change {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    font-size: 0.95em;
  }

  .ratio {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .ratio svg {
    width: 0.7em;
    height: 0.7em;
    fill: currentcolor;
  }

  .ratio[data-sentiment='good'] {
    color: var(--_good);
  }

  .ratio[data-sentiment='bad'] {
    color: var(--_bad);
  }

  .before,
  .goal p {
    color: var(--_muted);
  }

  .goal {
    display: grid;
    gap: 0.25rem;
    font-size: 0.9em;
  }

  .track {
    overflow: hidden;
    max-width: 15rem;
    height: 0.375rem;
    border-radius: 1rem;
    background: var(--_sunken);
  }

  .track span {
    display: block;
    width: calc(var(--ratio) * 100%);
    height: 100%;
    border-radius: inherit;
    background: var(--_accent);
  }

  [data-reached] .track span {
    background: var(--_good);
  }

  .sparkline {
    flex: 1;
    width: 100%;
    min-height: 1.5rem;
    max-height: 3rem;
    margin-block-start: auto;
  }

  .sparkline .line {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
    vector-effect: non-scaling-stroke;
  }

  .sparkline .area {
    fill: var(--_accent);
    opacity: 0.1;
  }
`
