import { css, html, type TemplateResult } from 'lit'
import type { VisualizationKind } from '../../client/documents.generated.ts'

/** The outline of what will stand here, so that nothing jumps when it comes. */
export function skeleton(kind: VisualizationKind): TemplateResult {
  return html`<div class="skeleton" data-shape=${shapeOf(kind)} aria-hidden="true">
    ${Array.from({ length: 7 }, () => html`<span></span>`)}
  </div>`
}

function shapeOf(kind: VisualizationKind): 'number' | 'rows' | 'bars' {
  if (kind === 'NUMBER' || kind === 'TEXT') return 'number'
  return kind === 'TABLE' || kind === 'PIVOT' || kind === 'COHORT' || kind === 'HEATMAP' ? 'rows' : 'bars'
}

export const skeletonStyles = css`
  .skeleton {
    display: flex;
    gap: 0.75rem;
    height: 100%;
    animation: breathe 1.6s ease-in-out infinite alternate;
  }

  .skeleton span {
    border-radius: 0.375rem;
    background: var(--_sunken);
  }

  .skeleton[data-shape='number'] {
    flex-direction: column;
  }

  .skeleton[data-shape='number'] span:nth-child(n + 3) {
    display: none;
  }

  .skeleton[data-shape='number'] span:nth-child(1) {
    width: 55%;
    height: 2.25rem;
  }

  .skeleton[data-shape='number'] span:nth-child(2) {
    width: 35%;
    height: 1rem;
  }

  .skeleton[data-shape='rows'] {
    flex-direction: column;
  }

  .skeleton[data-shape='rows'] span {
    height: 1.25rem;
  }

  .skeleton[data-shape='bars'] {
    align-items: flex-end;
  }

  .skeleton[data-shape='bars'] span {
    flex: 1;
    height: 45%;
  }

  .skeleton[data-shape='bars'] span:nth-child(2n) {
    height: 70%;
  }

  .skeleton[data-shape='bars'] span:nth-child(3n) {
    height: 55%;
  }

  @keyframes breathe {
    from {
      opacity: 1;
    }

    to {
      opacity: 0.5;
    }
  }
`
