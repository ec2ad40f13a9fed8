import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { spanOf, type Translate } from '../messages/translator.ts'
import type { PageContext } from '../page-context.ts'
import { base } from '../theme/base.ts'
import { choice } from './choice-controls.ts'
import { periodStyles } from './controls-styles.ts'
import { localDay, startOfDay } from './local-days.ts'
import { periodLabel } from './period-label.ts'
import { offeredPeriods } from './periods.ts'
import type { Permitted } from './permitted.ts'
import {
  type Days,
  daysOf,
  earliestDay,
  offersDays,
  problemOfDays,
  rangeOfDays,
  type TimeRange,
} from './time-range.ts'

/** The period of a dashboard: a name of those that the token grants, or two days within what it grants. */
export class TesseraPeriod extends LitElement {
  static override readonly properties = {
    range: { attribute: false },
    storedRange: { attribute: false },
    hasDefault: { attribute: false },
    permitted: { attribute: false },
    page: { attribute: false },
    days: { state: true },
    isTold: { state: true },
  }

  static override readonly styles = [base, periodStyles]

  declare range: TimeRange | null
  declare storedRange: TimeRange | null
  declare hasDefault: boolean
  declare permitted: Permitted
  declare page: PageContext
  /** What stands in the fields of a custom period; null while a named one is chosen. */
  declare days: Days | null
  /** Whether what is wrong with the days is told: not before somebody wanted to apply them. */
  declare isTold: boolean

  constructor() {
    super()
    this.days = null
    this.isTold = false
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Days that are being typed stay where the same range is said again.
    if (!changed.has('range') || JSON.stringify(changed.get('range')) === JSON.stringify(this.range)) return
    this.days = daysOf(this.range, this.page.timeZone)
    this.isTold = false
  }

  protected override render(): TemplateResult {
    const { t } = this.page
    return html`${choice(t('period.title'), this.#options(), this.#value(), this.#choose)}
    ${this.days === null ? nothing : this.#fields(this.days)}`
  }

  #value(): string {
    if (this.days !== null) return 'custom'
    return this.range !== null && 'period' in this.range ? this.range.period : ''
  }

  #options(): readonly { readonly value: string; readonly label: string }[] {
    const { t, locale } = this.page
    const periods = offeredPeriods(this.permitted, new Date())
    const named = periods.map((period) => ({ value: period.name, label: periodLabel(period, t, locale) }))
    const isStrange = this.#value() !== 'custom' && !periods.some(({ name }) => name === this.#value())
    const value = this.#value()
    return [
      ...(this.hasDefault ? [{ value: '', label: this.#defaultLabel() }] : []),
      ...named,
      ...(isStrange && value !== '' ? [{ value, label: value.replaceAll('_', ' ') }] : []),
      ...(offersDays(this.permitted) ? [{ value: 'custom', label: t('period.custom') }] : []),
    ]
  }

  /** A default that has days says which. */
  #defaultLabel(): string {
    const { t, locale, timeZone } = this.page
    const days = daysOf(this.storedRange, timeZone)
    if (days === null) return t('period.default')
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone, calendar: 'gregory' })
    return format.formatRange(startOfDay(days.first, timeZone), startOfDay(days.last, timeZone))
  }

  #fields(days: Days): TemplateResult {
    const { t, timeZone } = this.page
    const problem = problemOfDays(days, this.permitted, timeZone)
    const isTold = this.isTold && problem !== null
    return html`<form class="days" @submit=${this.#apply} novalidate>
      ${this.#field('first', t('period.from'), days.first, isTold)}
      ${this.#field('last', t('period.to'), days.last, isTold)}
      <button class="button" type="submit">${t('period.apply')}</button>
      <p class="told" id="told" role="alert">${isTold ? this.#sentence(problem, t) : ''}</p>
    </form>`
  }

  #field(name: keyof Days, label: string, value: string, isInvalid: boolean): TemplateResult {
    return html`<label class="choice">
      <span class="name">${label}</span>
      <input
        class="select"
        type="date"
        .value=${value}
        min=${earliestDay(this.permitted, this.page.timeZone) ?? nothing}
        aria-invalid=${isInvalid}
        aria-describedby="told"
        @input=${(event: Event) => {
          if (event.target instanceof HTMLInputElement && this.days !== null) {
            this.days = { ...this.days, [name]: event.target.value }
          }
        }}
      />
    </label>`
  }

  #sentence(problem: NonNullable<ReturnType<typeof problemOfDays>>, t: Translate): string {
    const { locale, timeZone } = this.page
    const { maxDateRangeDays } = this.permitted
    const day = earliestDay(this.permitted, timeZone)
    const date = day === null ? '' : startOfDay(day, timeZone).toLocaleDateString(locale, { timeZone })
    return t(`period.${problem}`, { day: date, days: spanOf(maxDateRangeDays ?? 0, 'DAY', locale) })
  }

  readonly #choose = (value: string): void => {
    if (value !== 'custom') {
      this.#change(value === '' ? null : { period: value })
      return
    }
    const today = localDay(new Date(), this.page.timeZone)
    this.days = daysOf(this.storedRange, this.page.timeZone) ?? { first: today, last: today }
    void this.updateComplete.then(() => this.renderRoot.querySelector('input')?.focus())
  }

  readonly #apply = (event: Event): void => {
    event.preventDefault()
    if (this.days === null) return
    this.isTold = true
    const { timeZone } = this.page
    if (problemOfDays(this.days, this.permitted, timeZone) === null)
      this.#change(rangeOfDays(this.days, timeZone))
  }

  #change(range: TimeRange | null): void {
    this.days = daysOf(range, this.page.timeZone)
    this.dispatchEvent(new CustomEvent('period-change', { detail: range }))
  }
}
