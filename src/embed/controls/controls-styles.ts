import { css } from 'lit'

const fields = css`
  .choice {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    max-width: 100%;
  }

  .name {
    color: var(--_muted);
    white-space: nowrap;
  }

  .select {
    min-width: 0;
    max-width: 100%;
    text-overflow: ellipsis;
  }
`

export const controlsStyles = [
  fields,
  css`
    .controls {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem 0.875rem;
    }

    @container (max-width: 34rem) {
      .controls {
        align-items: stretch;
        flex-direction: column;
      }

      .choice,
      tessera-filter,
      tessera-period {
        display: grid;
      }

      .choice {
        grid-template-columns: 7.5rem 1fr;
      }
    }
  `,
]

export const periodStyles = [
  fields,
  css`
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem 0.75rem;
      max-width: 100%;
    }

    .days {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem 0.75rem;
    }

    .told {
      flex-basis: 100%;
      color: var(--_bad);
    }

    .told:empty {
      display: none;
    }

    @container (max-width: 34rem) {
      .choice {
        display: grid;
        grid-template-columns: 7.5rem 1fr;
      }

      :host,
      .days {
        align-items: stretch;
        flex-direction: column;
      }
    }
  `,
]
