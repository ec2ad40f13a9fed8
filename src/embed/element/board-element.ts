import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { pageSession } from '../../client/page-session.ts'
import type { TesseraChart } from '../chart/tessera-chart.ts'
import type { ControlsState } from '../controls/controls-state.ts'
import type { Board } from '../dashboard/board.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import { loadParts } from '../load-parts.ts'
import type { PageContext } from '../page-context.ts'
import { tokenOptions } from '../session/session.ts'
import { type Problem, problemOf } from '../states/problem.ts'
import { problemView } from '../states/problem-view.ts'
import type { CardSurroundings } from '../widget/card-view.ts'
import { loadCharts } from '../widget/load-charts.ts'
import { Actions, type ActionsHost } from './actions.ts'
import { HostElement } from './host-element.ts'
import { type MadeBoard, makeBoard } from './make-board.ts'
import { createPage, type Page } from './page.ts'
import { type Read, readKept, readLive, readSettings } from './settings.ts'
import { announce, tellingOf } from './telling.ts'

const sources = ['api', 'dashboard', 'widget', 'timeZone'] as const
const access = ['token', 'tokenEndpoint', 'getToken'] as const
const chosen = ['period', 'compare', 'grain', 'filters'] as const

/** What the elements of a page have in common: where their figures come from, in which words, and what went wrong. */
export abstract class BoardElement extends HostElement {
  protected board: Board | null = null
  protected readonly actions = new Actions(this.#actionsHost())
  #page: Page | null = null
  #wrong: Problem | null = null
  #wrongLive: Problem | null = null
  #kept: Read | null = null
  #isReady = false
  readonly #tell = tellingOf(this, () => this.onlyWidget)

  /** What the controls say. A host may keep it, in its own address for example, and set it on another visit. */
  get controlsState(): ControlsState | null {
    if (this.board !== null) return this.board.controls
    return this.#kept !== null && 'controls' in this.#kept ? this.#kept.controls('UTC') : null
  }

  set controlsState(state: ControlsState | null) {
    this.#kept = state === null ? null : readKept(state)
    this.#take(this.#kept)
    this.requestUpdate()
  }

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
    const card = cards.find((each) => widget === undefined || each.widget.name === widget)
    return card?.chart ?? null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#page = createPage(() => this.requestUpdate())
    globalThis.addEventListener('online', this.#online)
    document.addEventListener('visibilitychange', this.#followLive)
    this.#followSession()
    if (this.hasUpdated) this.#start()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    globalThis.removeEventListener('online', this.#online)
    document.removeEventListener('visibilitychange', this.#followLive)
    pageSession().removeEventListener('abort', this.#startAnew)
    this.#page?.stop()
    this.actions.stop()
    this.board?.stop()
    this.board = null
  }

  /** The widget that is shown alone; null for all of the dashboard. */
  protected abstract readonly onlyWidget: string | null
  protected abstract content(page: PageContext, board: Board): TemplateResult

  protected override willUpdate(changed: PropertyValues): void {
    const { locale, timeZone, theme, messages } = this
    this.#page?.read({ locale, timeZone, theme, messages }, this)
    const isOther = (names: readonly string[]) => names.some((name) => changed.has(name))
    if (!this.hasUpdated || isOther(sources)) this.#start()
    else {
      if (isOther(chosen)) this.#chooseAnew()
      if (isOther(access)) this.#renew()
    }
    this.#followLive()
  }

  /** What the viewer chose stays chosen: without it, wider figures would be seen. */
  #renew(): void {
    if (this.board === null || tokenOptions(this) === null) this.#start()
    else {
      this.actions.stop()
      this.board.restart()
    }
  }

  protected override render(): TemplateResult {
    const page = this.pageContext
    return html`<div
      class="root"
      part="root"
      data-scheme=${page.scheme}
      dir=${page.direction}
      lang=${this.#page?.language ?? nothing}
    >
      ${this.#inner(page)}
    </div>`
  }

  #inner(page: PageContext): TemplateResult {
    const wrong = this.#wrong ?? this.#wrongLive
    if (wrong !== null) return this.#panel(wrong, page)
    const { board } = this
    if (board === null) return html``
    const { view } = board
    if (view.phase === 'failed') return this.#panel(view.problem, page)
    const inZone = view.phase === 'ready' ? (this.#page?.inZone(view.timeZone) ?? page) : page
    return html`${this.content(inZone, board)}${this.actions.render(inZone)}`
  }

  #panel(found: Problem, page: PageContext): TemplateResult {
    return html`<div class="panel" role="status">
      ${problemView(found, page.t, () => this.board?.restart())}
    </div>`
  }

  protected override updated(): void {
    const { board } = this
    const wrong = this.#wrong ?? this.#wrongLive
    if (wrong !== null) this.#tell(wrong, null)
    if (board === null) return
    if (board.view.phase === 'failed') this.#tell(board.view.problem, null)
    if (board.view.phase !== 'ready') return
    for (const { name } of board.view.definition.dashboard.widgets) {
      const found = board.stateOf(name).problem
      if (found !== null) this.#tell(found, name)
    }
    if (this.#isReady || board.isBusy) return
    this.#isReady = true
    announce(this, 'tessera-ready', { dashboard: this.dashboard })
  }

  protected get pageContext(): PageContext {
    this.#page ??= createPage(() => this.requestUpdate())
    return this.#page.context
  }

  protected choose(state: ControlsState): void {
    this.board?.choose(() => state)
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

  /** Nothing of the viewer before stays. */
  readonly #startAnew = (): void => {
    this.#followSession()
    this.#start()
    this.requestUpdate()
  }

  #followSession(): void {
    pageSession().addEventListener('abort', this.#startAnew, { once: true })
  }

  #start(): void {
    this.actions.stop()
    this.board?.stop()
    this.board = null
    this.#isReady = false
    // What draws is on its way while the figures are.
    this.#loadParts()
    // Whoever draws with it asks for it again, and tells where it does not come.
    if (this.onlyWidget === null) loadCharts().catch(() => {})
    const made = this.#make()
    if ('problem' in made) this.#wrong = made.problem
    else {
      this.#wrong = null
      this.board = made.board
    }
  }

  #make(): MadeBoard {
    const { api, dashboard } = this
    const read = this.#settings()
    if ('problem' in read) return read
    return makeBoard({
      ...{ access: this, api, dashboard },
      widget: this.onlyWidget,
      timeZone: this.pageContext.timeZone,
      controls: read.controls,
      onChange: () => this.requestUpdate(),
    })
  }

  #settings(): Read {
    if (this.#kept !== null) return this.#kept
    const { period, compare, grain, filters } = this
    return readSettings({ period, compare, grain, filters })
  }

  #chooseAnew(): void {
    this.#kept = null
    this.#take(this.#settings())
  }

  /** Null for what was there at first. */
  #take(read: Read | null): void {
    this.#wrong = read !== null && 'problem' in read ? read.problem : null
    if (this.#wrong !== null || this.board === null) return
    const { initialControls } = this.board
    this.board.choose(read !== null && 'controls' in read ? read.controls : () => initialControls)
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

  /** A page that nobody sees is not kept up to date. */
  readonly #followLive = (): void => {
    const read = readLive(this.live)
    this.#wrongLive = 'problem' in read ? (this.#wrongLive ?? read.problem) : null
    this.board?.setLive('problem' in read || document.hidden ? null : read.seconds)
  }

  #loadParts(): void {
    loadParts().catch((error: unknown) => this.actions.note('problem.not-loaded', this.told(error, null)))
  }

  readonly #online = (): void => {
    this.#loadParts()
    this.board?.retryNow()
  }
}
