import type { PropertyValues } from 'lit'
import { pageSession } from '../../client/page-session.ts'
import type { ControlsState } from '../controls/controls-state.ts'
import type { Board } from '../dashboard/board.ts'
import type { PageContext } from '../page-context.ts'
import { tokenOptions } from '../session/session.ts'
import type { Problem } from '../states/problem.ts'
import { hostControls } from './host-controls.ts'
import { HostElement } from './host-element.ts'
import { type MadeBoard, makeBoard } from './make-board.ts'
import { createPage, type Page } from './page.ts'
import { readLive } from './settings.ts'

const sources = ['api', 'dashboard', 'widget', 'timeZone'] as const
const access = ['token', 'tokenEndpoint', 'getToken'] as const
const chosen = ['period', 'compare', 'grain', 'filters'] as const

/** An element with a board that follows what its host says, its page's session, the network and whether it is seen. */
export abstract class RunningElement extends HostElement {
  protected board: Board | null = null
  #page: Page | null = null
  #wrong: Problem | null = null
  #wrongLive: Problem | null = null
  readonly #controls = hostControls(() => {
    const { board, period, compare, grain, filters } = this
    return { board, period, compare, grain, filters }
  })

  /** What the controls say. A host may keep it, in its own address for example, and set it on another visit. */
  get controlsState(): ControlsState | null {
    return this.#controls.state
  }

  set controlsState(state: ControlsState | null) {
    this.#controls.keep(state)
    if (this.hasUpdated && this.board === null) this.#start()
    this.requestUpdate()
  }

  /** The widget that is shown alone; null for all of the dashboard. */
  protected abstract readonly onlyWidget: string | null
  /** What was done with the board before ends. */
  protected abstract ended(): void
  /** What draws is to be loaded while figures are on their way. */
  protected abstract load(): void

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
    this.#stop()
  }

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

  protected get page(): Page {
    this.#page ??= createPage(() => this.requestUpdate())
    return this.#page
  }

  /** The words and the direction of the page, in the zone that figures are asked in. */
  protected get pageContext(): PageContext {
    const { view } = this.board ?? {}
    return view?.phase === 'ready' ? this.page.inZone(view.timeZone) : this.page.context
  }

  /** What its page has got wrong. */
  protected get problem(): Problem | null {
    return this.#controls.problem ?? this.#wrong ?? this.#wrongLive
  }

  #chooseAnew(): void {
    this.#controls.chooseAnew()
    if (this.board === null) this.#start()
  }

  /** What the viewer chose stays chosen: without it, wider figures would be seen. */
  #renew(): void {
    if (this.board === null || tokenOptions(this) === null) this.#start()
    else {
      this.ended()
      this.board.restart()
    }
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

  #stop(): void {
    this.ended()
    this.board?.stop()
    this.board = null
  }

  #start(): void {
    this.#stop()
    this.load()
    const made = this.#make()
    this.#wrong = 'problem' in made ? made.problem : null
    if ('board' in made) this.board = made.board
  }

  #make(): MadeBoard {
    const { api, dashboard, onlyWidget: widget } = this
    const read = this.#controls.read()
    if ('problem' in read) return read
    const { timeZone } = this.page.context
    return makeBoard({
      ...{ access: this, api, dashboard, widget, timeZone, controls: read.controls },
      onChange: () => this.requestUpdate(),
    })
  }

  /** A page that nobody sees is not kept up to date. */
  readonly #followLive = (): void => {
    const read = readLive(this.live)
    this.#wrongLive = 'problem' in read ? (this.#wrongLive ?? read.problem) : null
    this.board?.setLive('problem' in read || document.hidden ? null : read.seconds)
  }

  readonly #online = (): void => {
    this.load()
    this.board?.retryNow()
  }
}
