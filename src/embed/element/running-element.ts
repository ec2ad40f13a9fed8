import type { PropertyValues } from 'lit'
import { pageSession } from '../../client/page-session.ts'
import { areOfOneSubject } from '../../client/token-owner.ts'
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

const places = ['api', 'dashboard'] as const
const views = ['widget', 'timeZone'] as const
const access = ['token', 'tokenEndpoint', 'getToken'] as const
const chosen = {
  period: 'timeRange',
  compare: 'compareTo',
  grain: 'granularity',
  filters: 'filters',
} as const

/** An element with a board that follows what its host says, its page's session, the network and whether it is seen. */
export abstract class RunningElement extends HostElement {
  protected board: Board | null = null
  #page: Page | null = null
  #wrong: Problem | null = null
  #wrongLive: Problem | null = null
  /** A board is to be made as soon as the element is in a page. */
  #isToStart = true
  readonly #controls = hostControls(() => {
    const { board, period, compare, grain, filters } = this
    return { board, period, compare, grain, filters }
  })

  /** What the controls say. A host may keep it, in its own address for example, and set it on another visit. */
  get controlsState(): ControlsState | null {
    return this.#controls.state
  }

  set controlsState(state: ControlsState | null | undefined) {
    this.#controls.keep(state)
    if (this.board === null) this.#isToStart = true
    this.requestUpdate()
  }

  protected chooseState(state: ControlsState): void {
    this.#controls.choose(state)
  }

  /** The widget that is shown alone; null for all of the dashboard. */
  protected abstract readonly onlyWidget: string | null
  /** What was done with the board before ends. */
  protected abstract ended(): void
  /** Another viewer looks at the board, and what was chosen before is gone. */
  protected abstract forgotten(): void
  /** What draws is to be loaded while figures are on their way. */
  protected abstract load(): void

  override connectedCallback(): void {
    super.connectedCallback()
    this.#page = createPage(() => this.requestUpdate())
    globalThis.addEventListener('online', this.#online)
    document.addEventListener('visibilitychange', this.#followLive)
    this.#followSession()
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    globalThis.removeEventListener('online', this.#online)
    document.removeEventListener('visibilitychange', this.#followLive)
    pageSession().removeEventListener('abort', this.#startAnew)
    this.#page?.stop()
    this.#stop()
    this.#isToStart = true
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { locale, timeZone, theme, messages } = this
    this.#page?.read({ locale, timeZone, theme, messages }, this)
    const isOther = (names: readonly string[]) => names.some((name) => changed.has(name))
    if (this.hasUpdated) this.#readControls(changed, isOther(places))
    // What is in no page asks for nothing.
    if (!this.isConnected) return
    if (this.#isToStart || isOther(places) || isOther(views)) this.#start()
    else if (isOther(access)) this.#renew(changed)
    this.#followLive()
  }

  #readControls(changed: PropertyValues, isElsewhere: boolean): void {
    if (isElsewhere) this.#controls.forget()
    const parts = Object.entries(chosen).flatMap(([name, part]) => (changed.has(name) ? [part] : []))
    if (parts.length === 0) return
    this.#controls.change(parts)
    if (this.board === null) this.#isToStart = true
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

  /** What the viewer chose stays chosen: without it, wider figures would be seen. */
  #renew(changed: PropertyValues): void {
    if (this.board === null || tokenOptions(this) === null) {
      this.#start()
      return
    }
    this.ended()
    const isTokenAlone = changed.has('token') && !changed.has('getToken') && !this.getToken
    this.board.restart(isTokenAlone && areOfOneSubject(changed.get('token'), this.token))
  }

  /** Nothing of the viewer before stays. */
  readonly #startAnew = (): void => {
    this.#followSession()
    this.#controls.forget()
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
    this.#isToStart = false
    this.#stop()
    this.load()
    const made = this.#make()
    this.#wrong = 'problem' in made ? made.problem : null
    if ('board' in made) this.board = made.board
  }

  #make(): MadeBoard {
    const { api, dashboard, onlyWidget: widget } = this
    const read = this.#controls.start()
    if ('problem' in read) return read
    const { timeZone } = this.page.context
    return makeBoard({
      ...{ access: this, api, dashboard, widget, timeZone, wishes: read.wishes },
      onChange: () => this.requestUpdate(),
      onForgotten: () => this.forgotten(),
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
