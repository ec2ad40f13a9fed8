import { html, nothing, type TemplateResult } from 'lit'
import type { TesseraChart } from '../chart/tessera-chart.ts'
import { type ControlsState, sameControls } from '../controls/controls-state.ts'
import type { Board } from '../dashboard/board.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import { loadParts } from '../load-parts.ts'
import type { PageContext } from '../page-context.ts'
import { type Problem, problemOf } from '../states/problem.ts'
import { actionButton, problemView } from '../states/problem-view.ts'
import type { CardSurroundings } from '../widget/card-view.ts'
import { loadCharts, prepareCharts } from '../widget/load-charts.ts'
import { Actions, type ActionsHost } from './actions.ts'
import { RunningElement } from './running-element.ts'
import { announce, tellingOf } from './telling.ts'

/** What the elements of a page have in common: what they show of a board, and what they tell of it. */
export abstract class BoardElement extends RunningElement {
  protected readonly actions = new Actions(this.#actionsHost())
  /** The board that was told to be ready. */
  #ready: Board | null = null
  #prepared: readonly WidgetDefinition[] = []
  readonly #tell = tellingOf(this, () => this.onlyWidget)

  /** Asks for the figures again. */
  refresh(): void {
    this.board?.refresh()
  }

  /** The picture of a widget as it is seen; null where it is none, as a figure, a table or a text. */
  async toPng(widget?: string): Promise<Blob | null> {
    return (await this.#chartOf(widget)?.toPng()) ?? null
  }

  async toSvg(widget?: string): Promise<string | null> {
    return (await this.#chartOf(widget)?.toSvg()) ?? null
  }

  #chartOf(widget: string | undefined): TesseraChart | null {
    const cards = [...this.renderRoot.querySelectorAll('tessera-card')]
    const named = cards.filter((each) => widget === undefined || each.widget.name === widget)
    return named.find(({ chart }) => chart !== null)?.chart ?? null
  }

  protected abstract content(page: PageContext, board: Board): TemplateResult

  protected override ended(): void {
    this.actions.stop()
  }

  protected override forgotten(): void {
    announce(this, 'tessera-control-change', this.controlsState)
  }

  protected override load(): void {
    loadParts().catch((error: unknown) => this.actions.note('problem.not-loaded', this.told(error, null)))
    // Whoever draws with it asks for it again, and tells where it does not come.
    loadCharts().catch(() => {})
  }

  protected override render(): TemplateResult {
    const page = this.pageContext
    return html`<div
      class="root"
      part="root"
      data-scheme=${page.scheme}
      dir=${page.direction}
      lang=${this.page.language}
    >
      ${this.#inner(page)}
    </div>`
  }

  #inner(page: PageContext): TemplateResult | typeof nothing {
    const { board, problem } = this
    if (problem !== null) return this.#panel(problem, page)
    if (board === null) return nothing
    if (board.view.phase === 'failed') return this.#panel(board.view.problem, page)
    return html`${this.content(page, board)}${this.actions.render(page)}`
  }

  #panel(found: Problem, page: PageContext): TemplateResult {
    return html`<div class="panel" role="status">
      ${problemView(found, page.t, () => this.board?.restart(), this.#way(found, page))}
    </div>`
  }

  /** Out of a filter that was chosen and is none of the dashboard any more. */
  #way({ argument }: Problem, page: PageContext): TemplateResult | typeof nothing {
    const { board } = this
    if (board?.view.phase !== 'failed' || !argument?.startsWith('filters.')) return nothing
    const { controls, initialControls } = board
    if (sameControls(controls, initialControls)) return nothing
    return actionButton(page.t('controls.reset'), () => this.choose(initialControls))
  }

  protected override updated(): void {
    const { board, problem } = this
    if (problem !== null) this.#tell(problem, null)
    if (board === null) return
    const { view } = board
    if (view.phase === 'failed') this.#tell(view.problem, null)
    const widgets = view.phase === 'ready' ? view.definition.dashboard.widgets : []
    if (this.#prepared !== widgets) prepareCharts(widgets)
    this.#prepared = widgets
    for (const { name } of widgets) {
      const found = board.stateOf(name).problem
      if (found !== null) this.#tell(found, name)
    }
    if (this.#ready === board || board.isBusy) return
    this.#ready = board
    announce(this, 'tessera-ready', { dashboard: this.dashboard })
  }

  protected choose(state: ControlsState): void {
    this.chooseState(state)
    announce(this, 'tessera-control-change', state)
  }

  protected surroundings(
    page: PageContext,
    board: Board,
    filters: CardSurroundings['filters'],
    headingLevel: number,
  ): CardSurroundings {
    return {
      ...{ board, page, filters, headingLevel, actions: this.actions },
      retry: (widget, found) => this.#retry(widget, found),
      tell: this.#tell,
    }
  }

  /** The session's end concerns the whole board; anything else its widget alone. */
  #retry(widget: WidgetDefinition, found: Problem | null): void {
    if (found?.kind === 'expired' || found?.kind === 'sign-in') this.board?.restart()
    else this.board?.refresh(widget.name)
  }

  /** What an error means here, which is told at once. */
  protected told(error: unknown, widget: string | null): Problem {
    const found = problemOf(error, navigator.onLine)
    this.#tell(found, widget)
    return found
  }

  #actionsHost(): ActionsHost {
    const board = () => this.board
    return {
      get board() {
        return board()
      },
      announce: (name, detail, options) => announce(this, name, detail, options),
      told: (error, widget) => this.told(error, widget),
      requestUpdate: () => this.requestUpdate(),
    }
  }
}
