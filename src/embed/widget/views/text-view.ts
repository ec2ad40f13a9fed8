import { css, html, type TemplateResult } from 'lit'
import type { TextBlock, TextChart, TextSpan } from '../../../charts/chart.ts'

/** An author's text. What it is made of is decided before; here is nothing that could become markup. */
export function textView({ blocks }: TextChart, headingLevel: number): TemplateResult {
  return html`<div class="text">${blocks.map((block) => blockView(block, headingLevel))}</div>`
}

function blockView({ kind, spans }: TextBlock, headingLevel: number): TemplateResult {
  const content = spans.map(spanView)
  if (kind === 'heading') {
    return html`<p class="subheading" role="heading" aria-level=${headingLevel + 1}>${content}</p>`
  }
  return kind === 'item' ? html`<p class="item">${content}</p>` : html`<p>${content}</p>`
}

function spanView({ text, isStrong, isEmphasized, href }: TextSpan): TemplateResult {
  if (href !== null) return html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`
  if (isStrong) return html`<strong>${text}</strong>`
  return isEmphasized ? html`<em>${text}</em>` : html`${text}`
}

export const textStyles = css`
  .text {
    display: grid;
    gap: 0.625rem;
    align-content: start;
    overflow-wrap: anywhere;
  }

  .subheading {
    font-size: 1.1em;
    font-weight: 600;
  }

  .item {
    display: list-item;
    margin-inline-start: 1.25em;
    list-style: disc;
  }

  .text a {
    color: var(--_accent);
  }
`
