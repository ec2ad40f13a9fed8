import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { pageSession } from '../../client/page-session.ts'
import type { TesseraChart } from '../chart/tessera-chart.ts'
import type { ControlsState } from '../controls/controls-state.ts'
import type { Board } from '../dashboard/board.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import { loadParts } from '../load-parts.ts'
import type { MessageOverrides } from '../messages/en.ts'
import type { PageContext } from '../page-context.ts'
import { type GetToken, tokenOptions } from '../session/session.ts'
import { tellDeveloper } from '../states/console.ts'
import { type Problem, problemOf } from '../states/problem.ts'
import { problemView } from '../states/problem-view.ts'
import { loadCharts } from '../widget/load-charts.ts'
import { Actions } from './actions.ts'
import { type MadeBoard, makeBoard } from './make-board.ts'
import { createPage, type Page } from './page.ts'
import { readKept, readLive, readSettings } from './settings.ts'

const sources = ['api', 'dashboard', 'widget', 'timeZone'] as const
const access = ['token', 'tokenEndpoint', 'getToken'] as const
const chosen = ['period', 'compare', 'grain', 'filters'] as const

/** What the elements of a page have in common: where their figures come from, in which words, and what went wrong. */
export abstract class BoardElement extends LitElement {
  static override readonly properties = {
    api: {},
    dashboard: {},
    token: {},
    tokenEndpoint: { attribute: 'token-endpoint' },
    getToken: { attribute: false },
    locale: {},
    timeZone: { attribute: 'time-zone' },
    theme: {},
    messages: { attribute: false },
    period: {},
    compare: {},
    grain: {},
    filters: {},
    controlsState: { attribute: false, noAccessor: true },
    live: {},
    headingLevel: { attribute: 'heading-level', type: Number },
  }

  /** The address of the API; without it, where the script came from. */
  declare api: string | null
  declare dashboard: string | null
  declare token: string | null
  declare tokenEndpoint: string | null
  declare getToken: GetToken | null
  declare locale: string | null
  declare timeZone: string | null
  declare theme: 'light' | 'dark' | 'auto' | null
  declare messages: MessageOverrides
  declare period: string | null
  declare compare: string | null
  declare grain: string | null
  /** Lists of values by the names of the dashboard's filters; as an attribute, JSON. */
  declare filters: Readonly<Record<string, readonly unknown[]>> | string | null
  /** Seconds between figures, or nothing but its name for ten. */
  declare live: string | null
  declare headingLevel: number

  protected board: Board | null = null
  protected readonly actions = new Actions(this.#actionsHost())
  #page: Page | null = null
  #wrong: Problem | null = null
  #kept: ReturnType<typeof readKept> | null = null
  #isReady = false
  #zoned: { readonly page: PageContext; readonly inZone: PageContext } | null = null
  readonly #told = new WeakSet<Problem>()

  constructor() {
    super()
    this.api = null
    this.dashboard = null
    this.token = null
    this.tokenEndpoint = null
    this.getToken = null
    this.locale = null
    this.timeZone = null
    this.theme = null
    this.messages = {}
    this.period = null
    this.compare = null
    this.grain = null
    this.filters = null
    this.live = null
    this.headingLevel = 2
  }

  /** What the controls say. A host may keep it, in its own address for example, and set it on another visit. */
  get controlsState(): ControlsState | null {
    return this.board?.controls ?? controlsIn(this.#kept)
  }

  set controlsState(state: ControlsState | null) {
    const kept = state === null ? null : readKept(state)
    this.#kept = kept
    this.#wrong = kept !== null && 'problem' in kept ? kept.problem : null
    if (this.#wrong === null && this.board !== null)
      this.board.choose(controlsIn(kept) ?? this.board.initialControls)
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
      this.board.renew()
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
    const wrong = this.#wrong
    if (wrong !== null) return this.#panel(wrong, page)
    const { board } = this
    if (board === null) return html``
    const { view } = board
    if (view.phase === 'failed') return this.#panel(view.problem, page)
    const inZone = view.phase === 'ready' ? this.#inZone(page, view.timeZone) : page
    return html`${this.content(inZone, board)}${this.actions.render(inZone)}`
  }

  /** The same object as long as nothing of it differs. */
  #inZone(page: PageContext, timeZone: string): PageContext {
    if (page.timeZone === timeZone) return page
    if (this.#zoned?.page !== page || this.#zoned.inZone.timeZone !== timeZone) {
      this.#zoned = { page, inZone: { ...page, timeZone } }
    }
    return this.#zoned.inZone
  }

  #panel(found: Problem, page: PageContext): TemplateResult {
    return html`<div class="panel" role="status">
      ${problemView(found, page.t, () => this.board?.restart())}
    </div>`
  }

  protected override updated(): void {
    const { board } = this
    if (this.#wrong !== null) this.#tell(this.#wrong, null)
    if (board === null) return
    if (board.view.phase === 'failed') this.#tell(board.view.problem, null)
    if (board.view.phase !== 'ready') return
    for (const { name } of board.view.definition.dashboard.widgets) {
      const found = board.stateOf(name).problem
      if (found !== null) this.#tell(found, name)
    }
    if (this.#isReady || board.isBusy) return
    this.#isReady = true
    this.#dispatch('tessera-ready', { dashboard: this.dashboard })
  }

  protected get pageContext(): PageContext {
    this.#page ??= createPage(() => this.requestUpdate())
    return this.#page.context
  }

  protected choose(state: ControlsState): void {
    this.board?.choose(state)
    this.#dispatch('tessera-control-change', state)
  }

  /** The session's end concerns the whole board; anything else its widget alone. */
  protected retry(widget: WidgetDefinition, found: Problem | null): void {
    if (found?.kind === 'expired' || found?.kind === 'sign-in') this.board?.restart()
    else this.board?.refresh(widget.name)
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
    loadParts()
    if (this.onlyWidget === null) void loadCharts()
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

  #settings(): ReturnType<typeof readSettings> {
    if (this.#kept !== null) return this.#kept
    const { period, compare, grain, filters } = this
    return readSettings({ period, compare, grain, filters }, this.pageContext.timeZone)
  }

  #chooseAnew(): void {
    this.#kept = null
    const read = this.#settings()
    this.#wrong = 'problem' in read ? read.problem : null
    if ('controls' in read) this.board?.choose(read.controls)
  }

  #tell(found: Problem, widget: string | null): void {
    if (this.#told.has(found)) return
    this.#told.add(found)
    const about = [this.dashboard, widget ?? this.onlyWidget].filter(Boolean).join('/') || this.localName
    tellDeveloper(found, about)
    const { code, requestId } = found
    this.#dispatch('tessera-error', { code, requestId, widget })
  }

  #dispatch(name: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, cancelable, bubbles: true, composed: true }))
  }

  #actionsHost(): ConstructorParameters<typeof Actions>[0] {
    const board = () => this.board
    return {
      get board() {
        return board()
      },
      announce: (name, detail, isCancelable) => this.#dispatch(name, detail, isCancelable),
      problemOf: (error) => problemOf(error, navigator.onLine),
      tell: (found, widget) => this.#tell(found, widget),
      requestUpdate: () => this.requestUpdate(),
    }
  }

  /** A page that nobody sees is not kept up to date. */
  readonly #followLive = (): void => {
    this.board?.setLive(document.hidden ? null : readLive(this.live))
  }

  readonly #online = (): void => this.board?.retryNow()
}

function controlsIn(read: ReturnType<typeof readKept> | null): ControlsState | null {
  return read !== null && 'controls' in read ? read.controls : null
}
