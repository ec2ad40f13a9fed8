import { css } from 'lit'

/** What a page can style of a card from outside. */
export const cardParts =
  'card, title, description, body, picture, table, figure, comparison, goal, chart, plot, tooltip, legend, notes, problem, retry, empty'

export const cardStyles = css`
  :host {
    display: block;
    min-width: 0;
    height: 100%;
  }

  .card {
    display: flex;
    flex-direction: column;
    gap: 0.625rem;
    height: 100%;
    padding: var(--_padding);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }

  header {
    display: flex;
    align-items: flex-start;
    gap: 0.5rem;
  }

  .titles {
    flex: 1;
    min-width: 0;
  }

  .title {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .description {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    color: var(--_muted);
    font-size: 0.9em;
  }

  [data-kind='NUMBER'] .description {
    -webkit-line-clamp: 1;
  }

  tessera-menu {
    flex: none;
    margin-block: -0.375rem;
    margin-inline-end: -0.5rem;
  }

  .body {
    position: relative;
    flex: 1;
    min-width: 0;
    min-height: 0;
  }

  .picture {
    height: 100%;
    transition: opacity 0.15s;
  }

  .picture[data-waiting] {
    opacity: 0.45;
  }

  .empty {
    display: grid;
    place-items: center;
    height: 100%;
    min-height: 3rem;
    color: var(--_muted);
    text-align: center;
  }

  footer {
    color: var(--_muted);
    font-size: 0.85em;
  }

  .old {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    padding-block-start: 0.5rem;
    border-block-start: 1px solid var(--_border);
  }

  .old .button {
    min-height: 1.75rem;
    padding-block: 0;
  }
`
