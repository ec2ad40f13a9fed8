import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Point } from '../../charts/point.ts'
import type { WidgetData } from '../../client/dashboard-data.ts'
import type { TesseraChart } from '../chart/tessera-chart.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import type { WidgetState } from '../dashboard/request-cycle.ts'
import { savePicture } from '../export/save.ts'
import type { PageContext } from '../page-context.ts'
import { type Problem, problemOf } from '../states/problem.ts'
import { problemStyles, problemView, retryButton } from '../states/problem-view.ts'
import { base } from '../theme/base.ts'
import { cardMenu, type PictureFormat, pictureFormats } from './card-menu.ts'
import { cardStyles } from './card-styles.ts'
import { isEmpty } from './is-empty.ts'
import { picture } from './picture.ts'
import { skeleton, skeletonStyles } from './skeleton.ts'
import { numberStyles } from './views/number-view.ts'
import { textStyles } from './views/text-view.ts'

/** One widget in its frame: its title, its picture or why there is none, and what can be done with it. */
export class TesseraCard extends LitElement {
  static override readonly properties = {
    widget: { attribute: false },
    state: { attribute: false },
    page: { attribute: false },
    headingLevel: { attribute: false },
    passedOver: { attribute: false },
    isFiltered: { attribute: false },
    asTable: { state: true },
    undrawn: { state: true },
  }

  static override readonly styles = [
    base,
    problemStyles,
    skeletonStyles,
    numberStyles,
    textStyles,
    cardStyles,
  ]

  declare widget: WidgetDefinition
  declare state: WidgetState<WidgetData>
  declare page: PageContext
  declare headingLevel: number
  /** The titles of filters that are in use and do not narrow this widget. */
  declare passedOver: readonly string[]
  declare isFiltered: boolean
  declare asTable: boolean
  /** Why there is no picture though there are figures. */
  declare undrawn: Problem | null

  constructor() {
    super()
    this.headingLevel = 3
    this.passedOver = []
    this.isFiltered = false
    this.asTable = false
    this.undrawn = null
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('widget') && changed.get('widget')?.id !== this.widget.id) this.asTable = false
    // Other figures are drawn anew.
    if (changed.has('state')) this.undrawn = null
  }

  protected override render(): TemplateResult {
    const { title, description, visualization } = this.widget
    return html`<article
      part="card"
      class="card"
      data-kind=${visualization.kind}
      aria-labelledby="title"
      aria-busy=${this.state.phase === 'loading' && this.widget.answers !== null}
    >
      <header>
        <div class="titles">
          <div part="title" class="title" id="title" role="heading" aria-level=${this.headingLevel}><bdi>${title}</bdi></div>
          ${description ? html`<p part="description" class="description"><bdi>${description}</bdi></p>` : nothing}
        </div>
        ${cardMenu(this.widget, this.state, this.asTable, this.page.t, this.#choose)}
      </header>
      <div part="body" class="body">${this.#body()}</div>
      ${this.#notes()}
    </article>`
  }

  #body(): TemplateResult {
    const { answer, problem, phase } = this.state
    const { t } = this.page
    if (this.undrawn !== null) return problemView(this.undrawn, t, this.#drawAnew)
    if (this.widget.answers === null) return this.#picture(null)
    if (answer === null) {
      if (phase === 'failed' && problem !== null) return problemView(problem, t, this.#retry)
      return skeleton(this.widget.visualization.kind)
    }
    const drawn = isEmpty(answer)
      ? html`<p class="empty" part="empty">${t(this.isFiltered ? 'empty.filtered' : 'empty')}</p>`
      : this.#picture(answer)
    return html`<div class="picture" part="picture" ?data-waiting=${!this.state.isCurrent}>${drawn}</div>`
  }

  #picture(answer: WidgetData | null): TemplateResult {
    const { widget, page, asTable, headingLevel } = this
    const [onPoint, onFail] = [this.#point, this.#fail]
    return picture({ widget, answer, page, asTable, headingLevel, onPoint, onFail })
  }

  #notes(): TemplateResult | typeof nothing {
    const { answer, problem } = this.state
    const { t, locale } = this.page
    const isOld = answer !== null && problem !== null
    if (!isOld && this.passedOver.length === 0) return nothing
    const names = new Intl.ListFormat(locale, { type: 'conjunction' }).format(this.passedOver)
    return html`<footer part="notes">
      ${this.passedOver.length > 0 ? html`<p>${t('widget.not-filtered', { names })}</p>` : nothing}
      ${
        isOld
          ? html`<p class="old">
            ${t('widget.stale', { reason: t(`problem.${problem.kind}`) })}
            ${retryButton(problem, t, this.#retry)}
          </p>`
          : nothing
      }
    </footer>`
  }

  readonly #point = (at: Point): void => {
    if (!this.widget.controls.drillDown) return
    this.dispatchEvent(new CustomEvent('card-point', { detail: at }))
  }

  readonly #fail = (error: unknown): void => {
    if (this.undrawn !== null) return
    this.undrawn = problemOf(error, navigator.onLine)
    this.dispatchEvent(new CustomEvent('card-undrawn', { detail: this.undrawn }))
  }

  readonly #drawAnew = (): void => {
    this.undrawn = null
  }

  /** Null where it is no chart that is seen. */
  get chart(): TesseraChart | null {
    return this.renderRoot.querySelector('tessera-chart')
  }

  async #save(format: PictureFormat): Promise<void> {
    try {
      const { chart, widget } = this
      if (chart !== null) await savePicture(chart, format, widget.title)
    } catch (error) {
      this.dispatchEvent(new CustomEvent('card-failed', { detail: error }))
    }
  }

  readonly #retry = (): void => {
    this.dispatchEvent(new CustomEvent('card-retry', { detail: this.state.problem }))
  }

  readonly #choose = (id: string): void => {
    const format = pictureFormats.find((each) => each === id)
    if (id === 'table' || id === 'chart') this.asTable = id === 'table'
    else if (format !== undefined) void this.#save(format)
    else this.dispatchEvent(new CustomEvent('card-choose', { detail: id }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tessera-card': TesseraCard
    'tessera-chart': TesseraChart
  }
}
