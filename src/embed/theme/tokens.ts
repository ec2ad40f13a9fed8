import { css } from 'lit'

/**
 * The design in one place. A host sets `--tessera-…` on the element or anywhere above it; what it leaves open is light or
 * dark. Within the elements the resolved values go by `--_…`, so that a default never hides what a page above has set.
 */
export const tokens = css`
  .root {
    --_font: var(
      --tessera-font,
      ui-sans-serif,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Helvetica Neue',
      Arial,
      sans-serif
    );
    --_font-size: var(--tessera-font-size, 0.875rem);
    --_gap: var(--tessera-gap, 1rem);
    --_radius: var(--tessera-radius, 0.625rem);
    --_row-height: var(--tessera-row-height, 4.75rem);
    --_padding: var(--tessera-padding, 1rem);
    --_text: var(--tessera-text, #1c2230);
    --_muted: var(--tessera-muted, #5b6474);
    --_surface: var(--tessera-surface, #ffffff);
    --_sunken: var(--tessera-sunken, #f4f6f9);
    --_border: var(--tessera-border, #e1e5eb);
    --_control-border: var(--tessera-control-border, #8a93a3);
    --_accent: var(--tessera-accent, #2f5fc4);
    --_accent-text: var(--tessera-accent-text, #ffffff);
    --_good: var(--tessera-good, #16794c);
    --_bad: var(--tessera-bad, #c02b2b);
    --_shadow: var(--tessera-shadow, 0 1px 2px rgb(16 24 40 / 5%));
    --_popup-shadow: 0 8px 28px rgb(16 24 40 / 16%), 0 1px 3px rgb(16 24 40 / 10%);
    color-scheme: light;
    color: var(--_text);
    font-family: var(--_font);
    font-size: var(--_font-size);
    line-height: 1.45;
    text-align: start;
  }

  .root[data-scheme='dark'] {
    --_text: var(--tessera-text, #eceff4);
    --_muted: var(--tessera-muted, #a7afbd);
    --_surface: var(--tessera-surface, #14181f);
    --_sunken: var(--tessera-sunken, #1d232d);
    --_border: var(--tessera-border, #2a313c);
    --_control-border: var(--tessera-control-border, #6c7688);
    --_accent: var(--tessera-accent, #84a9ff);
    --_accent-text: var(--tessera-accent-text, #0c1220);
    --_good: var(--tessera-good, #57cf93);
    --_bad: var(--tessera-bad, #ff8585);
    --_shadow: var(--tessera-shadow, none);
    --_popup-shadow: 0 8px 28px rgb(0 0 0 / 55%);
    color-scheme: dark;
  }
`
