import { html, type TemplateResult } from 'lit'
import type { Translate } from '../messages/translator.ts'

/** What stands here until it is known what the dashboard is made of. */
export function outline(t: Translate): TemplateResult {
  return html`<div class="outline" aria-busy="true">
    <p class="visually-hidden" role="status">${t('loading')}</p>
    ${Array.from({ length: 6 }, () => html`<span aria-hidden="true"></span>`)}
  </div>`
}
