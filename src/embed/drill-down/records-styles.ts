import { css } from 'lit'

export const recordsStyles = css`
  dialog {
    width: min(64rem, calc(100vw - 2rem));
    max-width: none;
    max-height: min(46rem, calc(100dvh - 2rem));
    padding: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_popup-shadow);
  }

  dialog[open] {
    display: flex;
  }

  dialog::backdrop {
    background: rgb(10 14 22 / 45%);
  }

  .frame {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  header,
  footer {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.75rem 1rem;
  }

  header {
    border-block-end: 1px solid var(--_border);
  }

  footer {
    justify-content: space-between;
    min-height: 3.5rem;
    border-block-start: 1px solid var(--_border);
    color: var(--_muted);
  }

  footer .button {
    color: var(--_text);
  }

  h2 {
    flex: 1;
    font-size: 1.1em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .close {
    display: grid;
    place-items: center;
    width: 2rem;
    min-height: 2rem;
    padding: 0;
    border-color: transparent;
    background: transparent;
    color: var(--_muted);
  }

  .close svg {
    width: 1rem;
    height: 1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
  }

  .rows {
    flex: 1;
    overflow: auto;
    min-height: 8rem;
  }

  table {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }

  th,
  td {
    padding: 0.4375rem 1rem;
    border-block-end: 1px solid var(--_border);
    text-align: start;
    white-space: nowrap;
  }

  [data-align='end'] {
    text-align: end;
  }

  th {
    position: sticky;
    inset-block-start: 0;
    background: var(--_surface);
    color: var(--_muted);
    font-weight: 600;
  }

  tbody tr:hover {
    background: var(--_sunken);
  }
`
