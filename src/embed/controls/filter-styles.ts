import { css } from 'lit'

export const filterStyles = css`
  :host {
    display: inline-block;
    max-width: 100%;
  }

  .opener {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    max-width: 100%;
  }

  .name {
    color: var(--_muted);
    white-space: nowrap;
  }

  .summary {
    overflow: hidden;
    max-width: 14rem;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  svg {
    flex: none;
    width: 1rem;
    height: 1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.5;
  }

  .fixed {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.25rem;
    padding: 0.25rem 0.75rem;
    border: 1px dashed var(--_border);
    border-radius: calc(var(--_radius) * 0.6);
    color: var(--_muted);
  }

  .fixed svg {
    width: 0.875rem;
    height: 0.875rem;
    fill: currentcolor;
    stroke: none;
  }

  @container (max-width: 34rem) {
    :host,
    .opener,
    .fixed {
      display: flex;
      width: 100%;
    }

    .summary {
      flex: 1;
      max-width: none;
      text-align: end;
    }
  }

  .popup {
    width: min(20rem, calc(100vw - 1rem));
  }

  .search {
    width: 100%;
    min-height: 2.25rem;
    padding: 0.25rem 0.625rem;
    border: 1px solid var(--_control-border);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
  }

  .search::placeholder {
    color: var(--_muted);
    opacity: 1;
  }

  ul {
    overflow: auto;
    max-height: min(18rem, 50vh);
    margin-block: 0.375rem;
    list-style: none;
  }

  li {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2rem;
    padding: 0.25rem 0.5rem;
    border-radius: calc(var(--_radius) * 0.5);
    cursor: pointer;
  }

  li[data-active] {
    background: var(--_sunken);
    outline: 1px solid var(--_control-border);
    outline-offset: -1px;
  }

  li svg {
    color: var(--_accent);
    stroke-width: 2;
    visibility: hidden;
  }

  li[aria-selected='true'] svg {
    visibility: visible;
  }

  .label {
    flex: 1;
    overflow-wrap: anywhere;
  }

  li[aria-selected='true'] .label {
    font-weight: 600;
  }

  .count,
  .status {
    color: var(--_muted);
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
  }

  .status {
    padding: 0 0.5rem 0.25rem;
  }
`
