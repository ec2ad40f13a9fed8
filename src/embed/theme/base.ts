import { css } from 'lit'

/** What every part of the elements shares: what is focused shows, what is pressed is large enough, what is hidden is read. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host([hidden]) {
    display: none;
  }

  h2,
  h3,
  h4,
  p,
  ul,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }

  .button,
  .select {
    min-height: 2.25rem;
    padding: 0.25rem 0.75rem;
    border: 1px solid var(--_control-border);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    cursor: pointer;
  }

  .button:hover,
  .select:hover {
    background: var(--_sunken);
  }

  .button.plain {
    border-color: transparent;
    background: transparent;
    color: var(--_accent);
    font-weight: 600;
  }

  .button.plain:hover {
    background: var(--_sunken);
  }

  .button.primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_accent-text);
    font-weight: 600;
  }

  .button[disabled] {
    opacity: 0.5;
    cursor: default;
  }

  .popup {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 0.375rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_popup-shadow);
  }

  .notice {
    position: sticky;
    inset-block-end: 1.25rem;
    z-index: 1;
    width: fit-content;
    margin: 1rem auto 0;
    padding: 0.625rem 1rem;
    border-radius: calc(var(--_radius) * 0.8);
    background: var(--_text);
    color: var(--_surface);
    box-shadow: var(--_popup-shadow);
  }

  .notice:empty {
    display: none;
  }

  @media (forced-colors: active) {
    .button,
    .select,
    .popup {
      border-color: ButtonText;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition: none !important;
      animation: none !important;
    }
  }
`
