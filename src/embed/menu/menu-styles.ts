import { css } from 'lit'

export const menuStyles = css`
  :host {
    display: inline-block;
  }

  .opener {
    display: grid;
    place-items: center;
    width: 2rem;
    min-height: 2rem;
    padding: 0;
    border-color: transparent;
    background: transparent;
    color: var(--_muted);
  }

  .opener:hover,
  .opener[aria-expanded='true'] {
    background: var(--_sunken);
    color: var(--_text);
  }

  svg {
    width: 1rem;
    height: 1rem;
    fill: currentcolor;
  }

  .popup {
    min-width: 11rem;
    max-width: calc(100vw - 1rem);
  }

  [role='menuitem'] {
    display: block;
    width: 100%;
    min-height: 2.125rem;
    padding: 0.25rem 0.75rem;
    border: 0;
    border-radius: calc(var(--_radius) * 0.5);
    background: transparent;
    text-align: start;
    cursor: pointer;
  }

  [role='menuitem']:hover,
  [role='menuitem']:focus {
    background: var(--_sunken);
  }

  hr {
    margin: 0.375rem 0.5rem;
    border: 0;
    border-top: 1px solid var(--_border);
  }
`
