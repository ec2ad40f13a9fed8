import { html, nothing, type TemplateResult } from 'lit'
import type { PointInput } from '../../client/documents.generated.ts'
import { filtersPassedOver } from '../controls/chosen.ts'
import type { Board } from '../dashboard/board.ts'
import type { Definition, WidgetDefinition } from '../dashboard/definition.ts'
import type { Place } from '../dashboard/grid.ts'
import type { Actions } from '../element/actions.ts'
import type { PageContext } from '../page-context.ts'
import type { Problem } from '../states/problem.ts'
import { customProperties } from '../theme/custom-properties.ts'
import { cardParts } from './card-styles.ts'

export interface CardSurroundings {
  readonly board: Board
  readonly page: PageContext
  readonly filters: Definition['dashboard']['filters']
  readonly headingLevel: number
  readonly actions: Actions
  retry(widget: WidgetDefinition, found: Problem | null): void
  tell(found: Problem, widget: string): void
}

/** A widget of a board, with what can be done with it. @param place in a grid; null where it stands alone */
export function cardView(
  widget: WidgetDefinition,
  { board, page, filters, headingLevel, actions, retry, tell }: CardSurroundings,
  place: Place | null,
): TemplateResult {
  return html`<tessera-card
    class=${place === null ? nothing : 'cell'}
    ${place === null ? nothing : placed(place)}
    data-kind=${widget.visualization.kind}
    ?data-alone=${place?.alone === true}
    exportparts=${cardParts}
    .widget=${widget}
    .state=${board.stateOf(widget.name)}
    .page=${page}
    .headingLevel=${headingLevel}
    .passedOver=${filtersPassedOver(board.controls, widget.controls.filters, filters)}
    .isFiltered=${Object.keys(board.controls.filters).length > 0}
    @card-retry=${({ detail }: CustomEvent<Problem | null>) => retry(widget, detail)}
    @card-undrawn=${({ detail }: CustomEvent<Problem>) => tell(detail, widget.name)}
    @card-failed=${({ detail }: CustomEvent<unknown>) => actions.failed(widget, detail, 'download.failed')}
    @card-choose=${({ detail }: CustomEvent<string>) => actions.chosen(widget, detail)}
    @card-point=${({ detail }: CustomEvent<PointInput>) => actions.drill(widget, detail)}
  ></tessera-card>`
}

function placed({ x, y, w, h, foldedH }: Place) {
  return customProperties({ '--x': x + 1, '--y': y + 1, '--w': w, '--h': h, '--folded-h': foldedH })
}
