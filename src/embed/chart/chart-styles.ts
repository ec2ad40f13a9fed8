import { css } from 'lit'

export const chartStyles = css`
  :host {
    display: block;
    position: relative;
    height: 100%;
    min-height: 6rem;
    font-size: 0.75rem;
    line-height: 1.4;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  .chart {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    height: 100%;
  }

  .chart[data-legend='end'] {
    flex-direction: row;
    align-items: center;
    gap: 1rem;
  }

  .plot {
    position: relative;
    flex: 1 1 0;
    align-self: stretch;
    min-width: 0;
    min-height: 4rem;
    border-radius: 0.25rem;
    outline-offset: 2px;
  }

  .plot:focus-visible {
    outline: 2px solid var(--_accent, var(--tessera-accent, #2f5fc4));
  }

  .plot[data-drill] {
    cursor: pointer;
  }

  .canvas,
  .over {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    direction: ltr;
  }

  .over {
    overflow: visible;
    pointer-events: none;
  }

  .canvas [data-mark] {
    transition: opacity 120ms;
  }

  .canvas svg {
    display: block;
    font-family: inherit;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 0.25rem;
    max-height: 33%;
    margin: 0;
    padding: 0;
    overflow: auto;
    list-style: none;
  }

  .chart[data-legend='end'] .legend {
    flex: 0 1 auto;
    flex-flow: column nowrap;
    max-width: 58%;
    max-height: 100%;
  }

  .entry {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    width: 100%;
    min-height: 1.5rem;
    padding: 0.125rem 0.375rem;
    border: 0;
    border-radius: 0.25rem;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
  }

  button.entry {
    cursor: pointer;
  }

  button.entry:hover {
    background: var(--_sunken, rgb(128 128 128 / 12%));
  }

  .entry:focus-visible {
    outline: 2px solid var(--_accent, var(--tessera-accent, #2f5fc4));
  }

  .entry[aria-pressed='false'] .name {
    text-decoration: line-through;
    opacity: 0.65;
  }

  .entry svg {
    flex: none;
    width: 0.75rem;
    height: 0.75rem;
  }

  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    max-width: 14rem;
  }

  .figure {
    margin-inline-start: auto;
    padding-inline-start: 0.75rem;
    color: var(--_muted, inherit);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .figure + .figure {
    min-width: 3.75em;
    margin-inline-start: 0;
    padding-inline-start: 0.25rem;
    text-align: end;
  }

  .tip {
    position: absolute;
    z-index: 2;
    inset-block-start: 0;
    left: 0;
    max-width: min(20rem, 90%);
    padding: 0.5rem 0.625rem;
    border: 1px solid var(--_border, rgb(128 128 128 / 35%));
    border-radius: 0.375rem;
    background: var(--_surface, var(--tessera-surface, Canvas));
    color: var(--_text, var(--tessera-text, CanvasText));
    box-shadow: 0 4px 16px rgb(16 24 40 / 14%);
    pointer-events: none;
    transform: translate(var(--x, 0), var(--y, 0));
  }

  .tip[hidden] {
    display: none;
  }

  .tip .heading {
    margin: 0 0 0.25rem;
    color: var(--_muted, inherit);
  }

  .tip dl {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: 0.125rem 0.5rem;
    align-items: center;
    margin: 0;
  }

  .tip dt,
  .tip dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .tip dd {
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }

  .tip [data-meant] {
    font-weight: 600;
  }

  .tip .detail {
    color: var(--_muted, inherit);
  }

  .tip svg {
    width: 0.625rem;
    height: 0.625rem;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    .canvas,
    .entry svg,
    .tip svg {
      forced-color-adjust: none;
    }
  }
`
