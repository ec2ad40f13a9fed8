import { html, nothing, type TemplateResult } from 'lit'
import type { ControlsState } from '../controls/controls-state.ts'
import { findChoices } from '../controls/find-choices.ts'
import type { ControlKind, FindOf } from '../controls/tessera-controls.ts'
import { initialRange, readTimeRange } from '../controls/time-range.ts'
import { BoardElement } from '../element/board-element.ts'
import type { PageContext } from '../page-context.ts'
import { problemStyles } from '../states/problem-view.ts'
import { base } from '../theme/base.ts'
import { customProperties } from '../theme/custom-properties.ts'
import { tokens } from '../theme/tokens.ts'
import { cardView } from '../widget/card-view.ts'
import type { Board } from './board.ts'
import { dashboardStyles } from './dashboard-styles.ts'
import type { Definition, WidgetDefinition } from './definition.ts'
import { gridOf } from './grid.ts'
import { outline } from './outline.ts'

const controlKinds = ['period', 'comparison', 'filters', 'grain'] as const

/** `<tessera-dashboard>`: a dashboard with its controls. */
export class TesseraDashboard extends BoardElement {
  static override readonly properties = {
    ...BoardElement.properties,
    controls: {},
    lockedFilters: { attribute: 'locked-filters' },
  }

  static override readonly styles = [tokens, base, problemStyles, dashboardStyles]

  /** Which controls are shown: some of `period comparison filters grain`, or `none`. */
  declare controls: string | null | undefined
  /** Whether filters that the token fixes are shown as fixed. */
  declare lockedFilters: 'show' | 'hide' | null

  protected override readonly onlyWidget = null

  constructor() {
    super()
    this.controls = null
    this.lockedFilters = null
  }

  protected override content(page: PageContext, board: Board): TemplateResult {
    const { view } = board
    if (view.phase !== 'ready') return outline(page.t)
    const { dashboard } = view.definition
    return html`<section aria-labelledby="heading" part="dashboard">
      <header>
        <div class="heading" part="heading" id="heading" role="heading" aria-level=${this.level}>
          <bdi>${dashboard.title}</bdi>
        </div>
        ${dashboard.description ? html`<p class="about" part="about"><bdi>${dashboard.description}</bdi></p>` : nothing}
      </header>
      ${this.#controls(view.definition, page, board)}
      <p class="visually-hidden" role="status">${page.t(board.isBusy ? 'updating' : 'updated')}</p>
      ${this.#grid(view.definition, page, board)}
    </section>`
  }

  #controls(definition: Definition, page: PageContext, board: Board): TemplateResult | typeof nothing {
    const { dashboard, viewer } = definition
    const filters = dashboard.filters.filter(({ locked }) => !locked || this.lockedFilters !== 'hide')
    const kinds = shownControls(this.controls, dashboard.widgets, filters.length > 0)
    if (kinds.size === 0) return nothing
    const storedRange = readTimeRange(dashboard.defaultTimeRange)
    const { permissions } = viewer
    return html`<tessera-controls
      exportparts="controls, period, filter, reset"
      .kinds=${kinds}
      .state=${board.controls}
      .initial=${board.initialControls}
      .filters=${filters}
      .storedRange=${storedRange}
      .hasDefault=${initialRange(storedRange, permissions, page.timeZone, new Date()) === null}
      .permitted=${permissions}
      .find=${this.#find}
      .page=${page}
      @controls-change=${({ detail }: CustomEvent<ControlsState>) => this.choose(detail)}
    ></tessera-controls>`
  }

  #grid({ dashboard }: Definition, page: PageContext, board: Board): TemplateResult {
    const { columns, places } = gridOf(
      dashboard.layout,
      dashboard.widgets.map(({ name }) => name),
    )
    const surroundings = this.surroundings(page, board, dashboard.filters, this.level + 1)
    return html`<div class="grid" part="grid" ${customProperties({ '--columns': columns })}>
      ${places.map((place) => {
        const widget = dashboard.widgets.find(({ name }) => name === place.name)
        return widget === undefined ? nothing : cardView(widget, surroundings, place)
      })}
    </div>`
  }

  readonly #find: FindOf = async (filter, search, signal) => {
    const { board, dashboard } = this
    if (board === null || board.view.phase !== 'ready' || dashboard === null) return { choices: [] }
    const { client, controls, view } = board
    const { timeZone } = view
    const wish = { dashboard, filter, search, timeZone, timeRange: controls.timeRange }
    try {
      return { choices: await findChoices(client, wish, signal) }
    } catch (error) {
      return signal.aborted ? { choices: [] } : { problem: this.told(error, null) }
    }
  }
}

/** Those that the host wants and some widget takes. */
function shownControls(
  wanted: string | null | undefined,
  widgets: readonly WidgetDefinition[],
  hasFilters: boolean,
): ReadonlySet<ControlKind> {
  const names = wanted == null ? controlKinds : wanted.split(/[\s,]+/)
  const takes: Readonly<Record<ControlKind, boolean>> = {
    period: widgets.some(({ controls }) => controls.timeRange),
    comparison: widgets.some(({ controls }) => controls.compareTo),
    grain: widgets.some(({ controls }) => controls.granularity),
    filters: hasFilters,
  }
  return new Set(controlKinds.filter((kind) => takes[kind] && names.includes(kind)))
}
