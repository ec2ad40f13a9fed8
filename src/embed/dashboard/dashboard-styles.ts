import { css } from 'lit'

export const dashboardStyles = css`
  :host {
    display: block;
    min-width: 0;
  }

  .root {
    container-type: inline-size;
  }

  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }

  .heading {
    font-size: 1.5em;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  .about {
    max-width: 75ch;
    color: var(--_muted);
  }

  .grid {
    display: grid;
    grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
    grid-auto-rows: var(--_row-height);
    gap: var(--_gap);
  }

  .cell {
    grid-area: var(--y) / var(--x) / span var(--h) / span var(--w);
  }

  .panel {
    min-height: 8rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }

  .panel .problem {
    min-height: 8rem;
  }

  .outline {
    display: grid;
    grid-template-columns: repeat(12, minmax(0, 1fr));
    grid-auto-rows: 9rem;
    gap: var(--_gap);
  }

  .outline span {
    grid-column: span 3;
    border-radius: var(--_radius);
    background: var(--_sunken);
  }

  .outline span:nth-of-type(n + 5) {
    grid-column: span 6;
    grid-row: span 2;
  }

  @container (max-width: 60rem) {
    .grid {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      grid-auto-flow: row;
    }

    .cell {
      grid-area: auto / auto / span var(--folded-h) / span 1;
    }

    .cell[data-alone] {
      grid-column: span 2;
    }

    .outline span {
      grid-column: span 6;
    }
  }

  @container (max-width: 34rem) {
    .grid {
      grid-template-columns: minmax(0, 1fr);
    }

    .cell,
    .cell[data-alone] {
      grid-column: auto;
    }

    .cell[data-kind='NUMBER'],
    .cell[data-kind='TEXT'] {
      grid-row: auto;
    }

    .grid {
      grid-auto-rows: minmax(min-content, auto);
    }

    .cell:not([data-kind='NUMBER'], [data-kind='TEXT']) {
      height: 21rem;
    }

    .outline span {
      grid-column: 1 / -1;
    }
  }

  @media print {
    .cell {
      break-inside: avoid;
    }
  }
`
