import { css, html, nothing, type TemplateResult } from 'lit'
import type { Board } from '../dashboard/board.ts'
import { BoardElement } from '../element/board-element.ts'
import type { PageContext } from '../page-context.ts'
import { problemStyles } from '../states/problem-view.ts'
import { base } from '../theme/base.ts'
import { tokens } from '../theme/tokens.ts'
import { cardView } from './card-view.ts'
import { skeleton, skeletonStyles } from './skeleton.ts'

/** `<tessera-widget>`: one widget of a dashboard, where a page wants it. Its controls are the page's own. */
export class TesseraWidget extends BoardElement {
  static override readonly properties = { ...BoardElement.properties, widget: {} }

  static override readonly styles = [
    tokens,
    base,
    problemStyles,
    skeletonStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        height: 20rem;
      }

      .root {
        container-type: inline-size;
      }

      .root,
      .panel {
        height: 100%;
      }

      .panel,
      .waiting {
        height: 100%;
        padding: var(--_padding);
        border: 1px solid var(--_border);
        border-radius: var(--_radius);
        background: var(--_surface);
      }
    `,
  ]

  declare widget: string | null

  constructor() {
    super()
    this.widget = null
  }

  protected override get onlyWidget(): string {
    return this.widget ?? ''
  }

  protected override content(page: PageContext, board: Board): TemplateResult {
    const { view } = board
    const [widget] = view.phase === 'ready' ? view.definition.dashboard.widgets : []
    if (view.phase !== 'ready' || widget === undefined) {
      return html`<div class="waiting" aria-busy="true">${skeleton('LINE')}</div>`
    }
    const { filters } = view.definition.dashboard
    const surroundings = this.surroundings(page, board, filters, this.level)
    return html`${cardView(widget, surroundings, null)}
      <p class="visually-hidden" role="status">${board.isBusy ? nothing : page.t('updated')}</p>`
  }
}
