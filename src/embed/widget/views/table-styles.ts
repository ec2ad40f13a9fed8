import { css } from 'lit'

export const tableStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
  }

  .rows {
    flex: 1;
    overflow: auto;
    min-height: 0;
  }

  table {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }

  th,
  td {
    padding: 0.375rem 0.75rem;
    border-block-end: 1px solid var(--_border);
    text-align: start;
    white-space: nowrap;
  }

  tbody th {
    font-weight: inherit;
  }

  :is(th, td):first-child {
    padding-inline-start: 0.25rem;
  }

  :is(th, td):last-child {
    padding-inline-end: 0.25rem;
  }

  [data-align='end'] {
    text-align: end;
  }

  thead {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--_surface);
  }

  thead th {
    color: var(--_muted);
    font-weight: 600;
    vertical-align: bottom;
  }

  thead button {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    font-weight: inherit;
    cursor: pointer;
  }

  thead button:hover {
    color: var(--_text);
  }

  thead button::after {
    content: '';
    display: inline-block;
    width: 0.75em;
    font-size: 0.8em;
  }

  [aria-sort='ascending'] button::after {
    content: '▲';
  }

  [aria-sort='descending'] button::after {
    content: '▼';
  }

  tbody tr:hover :is(th, td) {
    background: var(--_sunken);
  }

  tfoot :is(th, td) {
    position: sticky;
    inset-block-end: 0;
    border-block: 1px solid var(--_border);
    background: var(--_surface);
    font-weight: 600;
  }

  td button {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    cursor: pointer;
  }

  td button:hover {
    color: var(--_accent);
    text-decoration: underline;
  }

  .bar {
    position: relative;
  }

  .bar::before {
    position: absolute;
    inset-block: 0.25rem;
    inset-inline-end: 0;
    width: calc(var(--share) * 100%);
    border-radius: 0.1875rem;
    background: var(--_accent);
    opacity: 0.14;
    content: '';
  }

  .note {
    padding-block-start: 0.5rem;
    color: var(--_muted);
    font-size: 0.9em;
  }
`
