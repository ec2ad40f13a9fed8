import { html, LitElement, nothing, type TemplateResult } from 'lit'
import type { PageContext } from '../page-context.ts'
import { keepFocus } from '../states/problem-view.ts'
import { base } from '../theme/base.ts'
import { comparisonControl, grainControl } from './choice-controls.ts'
import type { FilterOfDashboard } from './chosen.ts'
import { type ControlsState, sameControls, type Value, withFilter } from './controls-state.ts'
import { controlsStyles } from './controls-styles.ts'
import type { FindChoices, Found } from './filter-choices.ts'
import type { Permitted } from './permitted.ts'

export type ControlKind = 'period' | 'comparison' | 'filters' | 'grain'

export type FindOf = (filter: string, search: string, signal: AbortSignal) => Promise<Found>

/** What the viewer of a dashboard can choose. Tells the new state with `controls-change`. */
export class TesseraControls extends LitElement {
  static override readonly properties = {
    kinds: { attribute: false },
    state: { attribute: false },
    initial: { attribute: false },
    filters: { attribute: false },
    hasDefault: { attribute: false },
    permitted: { attribute: false },
    storedRange: { attribute: false },
    find: { attribute: false },
    page: { attribute: false },
  }

  static override readonly styles = [base, controlsStyles]

  /** Those that the host wants and some widget takes. */
  declare kinds: ReadonlySet<ControlKind>
  declare state: ControlsState
  declare initial: ControlsState
  declare filters: readonly FilterOfDashboard[]
  /** Whether no range, which is the dashboard's own, is a choice. */
  declare hasDefault: boolean
  declare storedRange: ControlsState['timeRange']
  declare permitted: Permitted
  declare find: FindOf
  declare page: PageContext

  readonly #finders = new Map<string, FindChoices>()

  protected override render(): TemplateResult {
    const { t } = this.page
    return html`<div class="controls" part="controls" role="group" aria-label=${t('controls.title')}>
      ${this.kinds.has('period') ? this.#period() : nothing}
      ${this.kinds.has('comparison') ? comparisonControl(this.state, t, this.#change) : nothing}
      ${this.kinds.has('grain') ? this.#grain() : nothing}
      ${this.kinds.has('filters') ? this.filters.map((filter) => this.#filter(filter)) : nothing}
      ${
        sameControls(this.state, this.initial)
          ? nothing
          : html`<button class="button plain" type="button" part="reset" @click=${this.#reset}>
            ${t('controls.reset')}
          </button>`
      }
    </div>`
  }

  #period(): TemplateResult {
    return html`<tessera-period
      part="period"
      .range=${this.state.timeRange}
      .storedRange=${this.storedRange}
      .hasDefault=${this.hasDefault}
      .permitted=${this.permitted}
      .page=${this.page}
      @period-change=${({ detail }: CustomEvent<ControlsState['timeRange']>) =>
        this.#change({ ...this.state, timeRange: detail })}
    ></tessera-period>`
  }

  #grain(): TemplateResult | typeof nothing {
    const range = this.state.timeRange ?? this.storedRange
    return grainControl(this.state, this.permitted, range, this.page, this.#change)
  }

  #filter({ name, title, locked }: FilterOfDashboard): TemplateResult {
    return html`<tessera-filter
      part="filter"
      .heading=${title}
      .locked=${locked}
      .chosen=${this.state.filters[name] ?? []}
      .find=${this.#finder(name)}
      .page=${this.page}
      @filter-change=${({ detail }: CustomEvent<readonly Value[]>) =>
        this.#change(withFilter(this.state, name, detail))}
    ></tessera-filter>`
  }

  #finder(name: string): FindChoices {
    const known = this.#finders.get(name)
    if (known !== undefined) return known
    const finder: FindChoices = (search, signal) => this.find(name, search, signal)
    this.#finders.set(name, finder)
    return finder
  }

  readonly #reset = (): void => {
    keepFocus(this.renderRoot.querySelector('.controls'))
    this.#change(this.initial)
  }

  readonly #change = (state: ControlsState): void => {
    this.dispatchEvent(new CustomEvent('controls-change', { detail: state }))
  }
}
