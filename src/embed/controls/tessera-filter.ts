import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import type { PageContext } from '../page-context.ts'
import { Popup } from '../popup.ts'
import { base } from '../theme/base.ts'
import type { Value } from './controls-state.ts'
import {
  type Choice,
  choicesOf,
  createChoiceFinder,
  type FindChoices,
  type FoundState,
  movedTo,
  toggled,
} from './filter-choices.ts'
import { filterLabel } from './filter-label.ts'
import { filterList } from './filter-list.ts'
import { filterStyles } from './filter-styles.ts'

const typingMs = 200

/** A filter of a dashboard: a button that says what is chosen, and a list of choices that is searched by typing. */
export class TesseraFilter extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    locked: { type: Boolean },
    chosen: { attribute: false },
    find: { attribute: false },
    page: { attribute: false },
    search: { state: true },
    found: { state: true },
    active: { state: true },
  }

  static override readonly styles = [base, filterStyles]

  declare heading: string
  declare locked: boolean
  declare chosen: readonly Value[]
  declare find: FindChoices
  declare page: PageContext
  declare search: string
  declare found: FoundState
  declare active: number

  readonly #popup = new Popup(this, () => ({
    button: this.renderRoot.querySelector('button'),
    popup: this.renderRoot.querySelector('.popup'),
  }))
  readonly #finder = createChoiceFinder((state) => {
    this.found = state
    if (state.phase === 'ready') this.active = this.search === '' ? -1 : 0
  })
  /** What was chosen when the list was opened: what is chosen meanwhile stays where it stands. */
  #chosenFirst: readonly Value[] = []
  #typing: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.heading = ''
    this.locked = false
    this.chosen = []
    this.search = ''
    this.found = { phase: 'ready', choices: [], problem: null }
    this.active = -1
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#typing)
    this.#finder.stop()
  }

  protected override render(): TemplateResult {
    return this.locked ? this.#fixed() : html`${this.#button()}${this.#list()}`
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('active')) return
    this.renderRoot.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }

  #fixed(): TemplateResult {
    return html`<p class="fixed">
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm1.5 0h5V5a2.5 2.5 0 0 0-5 0z" /></svg>
      <span class="name">${this.heading}</span> <span>${this.page.t('filter.fixed')}</span>
    </p>`
  }

  #button(): TemplateResult {
    return html`<button
      class="button opener"
      type="button"
      aria-haspopup="dialog"
      aria-expanded=${this.#popup.isOpen}
      @click=${this.#open}
    >
      <span class="name">${this.heading}</span>
      <span class="summary">${this.#summary()}</span>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 6 4 4 4-4" /></svg>
    </button>`
  }

  #summary(): string {
    const { chosen, page } = this
    if (chosen.length === 0) return page.t('filter.all')
    if (chosen.length <= 2) return chosen.map((value) => filterLabel(value, page)).join(', ')
    return page.t('filter.chosen', { count: chosen.length })
  }

  get #choices(): readonly Choice[] {
    return choicesOf(this.found.choices, this.#chosenFirst, this.search)
  }

  #list(): TemplateResult {
    const { heading, chosen, active, search, page, found: state } = this
    return html`<div class="popup" popover="auto" role="dialog" aria-label=${heading} @toggle=${this.#toggled}>
      ${filterList({
        ...{ heading, chosen, active, search, page, state, choices: this.#choices },
        onType: this.#typed,
        onPress: this.#pressed,
        onPoint: (index) => {
          this.active = index
        },
        onChoose: (value) => this.#change(toggled(this.chosen, value)),
        onClear: this.#clear,
        onRetry: this.#ask,
      })}
    </div>`
  }

  readonly #open = (): void => {
    this.#popup.toggle()
  }

  readonly #toggled = (event: ToggleEvent): void => {
    this.#popup.toggled(event)
    if (event.newState !== 'open') return
    this.search = ''
    this.active = -1
    this.#chosenFirst = this.chosen
    this.renderRoot.querySelector('input')?.focus()
    this.#ask()
  }

  readonly #typed = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return
    this.search = event.target.value
    // What was found for the search before is nothing that Enter may choose.
    this.active = -1
    this.#finder.stop()
    clearTimeout(this.#typing)
    this.#typing = setTimeout(this.#ask, typingMs)
  }

  readonly #ask = (): void => {
    void this.#finder.find(this.find, this.search.trim())
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const choices = this.#choices
    const next = movedTo(event.key, this.active, choices.length)
    if (next !== null) {
      event.preventDefault()
      this.active = next
      return
    }
    const choice = choices[this.active]
    if (event.key !== 'Enter' || event.isComposing || choice === undefined) return
    event.preventDefault()
    this.#change(toggled(this.chosen, choice.value))
  }

  readonly #clear = (): void => {
    this.#change([])
    this.renderRoot.querySelector('input')?.focus()
  }

  #change(chosen: readonly Value[]): void {
    this.chosen = chosen
    this.dispatchEvent(new CustomEvent('filter-change', { detail: chosen }))
  }
}
