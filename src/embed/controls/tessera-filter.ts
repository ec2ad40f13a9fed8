import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Translate } from '../messages/translator.ts'
import { Popup } from '../popup.ts'
import { base } from '../theme/base.ts'
import type { Value } from './controls-state.ts'
import { type Choice, choicesOf, movedTo, toggled } from './filter-choices.ts'
import { filterStyles } from './filter-styles.ts'

export type FindChoices = (search: string, signal: AbortSignal) => Promise<readonly Choice[]>

const typingMs = 200

/** A filter of a dashboard: a button that says what is chosen, and a list of choices that is searched by typing. */
export class TesseraFilter extends LitElement {
  static override readonly properties = {
    heading: { attribute: false },
    locked: { type: Boolean },
    chosen: { attribute: false },
    find: { attribute: false },
    t: { attribute: false },
    locale: { attribute: false },
    search: { state: true },
    found: { state: true },
    phase: { state: true },
    active: { state: true },
  }

  static override readonly styles = [base, filterStyles]

  declare heading: string
  declare locked: boolean
  declare chosen: readonly Value[]
  declare find: FindChoices
  declare t: Translate
  declare locale: string
  declare search: string
  declare found: readonly Choice[]
  declare phase: 'idle' | 'loading' | 'ready' | 'failed'
  declare active: number

  readonly #popup = new Popup(this, () => ({
    button: this.renderRoot.querySelector('button'),
    popup: this.renderRoot.querySelector('.popup'),
  }))
  #asking: AbortController | null = null
  /** What was chosen when the list was opened: what is chosen meanwhile stays where it stands. */
  #chosenFirst: readonly Value[] = []
  #typing: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.heading = ''
    this.locked = false
    this.chosen = []
    this.search = ''
    this.found = []
    this.phase = 'idle'
    this.active = -1
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#typing)
    this.#asking?.abort()
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
      <span class="name">${this.heading}</span> <span>${this.t('filter.fixed')}</span>
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
    const [first] = this.chosen
    if (first === undefined) return this.t('filter.all')
    if (this.chosen.length <= 2) return this.chosen.map((value) => this.#labelOf(value)).join(', ')
    return this.t('filter.chosen', { count: this.chosen.length })
  }

  #labelOf(value: Value): string {
    if (value === null || value === '') return this.t('filter.none')
    return typeof value === 'number' ? new Intl.NumberFormat(this.locale).format(value) : String(value)
  }

  get #choices(): readonly Choice[] {
    return choicesOf(this.found, this.#chosenFirst, this.search)
  }

  #list(): TemplateResult {
    const choices = this.#choices
    const active = choices[this.active]
    return html`<div
      class="popup"
      popover="auto"
      role="dialog"
      aria-label=${this.heading}
      @toggle=${this.#toggled}
    >
      <input
        class="search"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-expanded="true"
        aria-controls="choices"
        aria-autocomplete="list"
        aria-label=${`${this.heading}: ${this.t('filter.search')}`}
        aria-activedescendant=${active === undefined ? nothing : `choice-${this.active}`}
        placeholder=${this.t('filter.search')}
        .value=${this.search}
        @input=${this.#typed}
        @keydown=${this.#pressed}
      />
      <ul
        id="choices"
        role="listbox"
        aria-multiselectable="true"
        aria-label=${this.heading}
        aria-busy=${this.phase === 'loading'}
      >
        ${choices.map((choice, index) => this.#choice(choice, index))}
      </ul>
      <p class="status" role="status">${this.#status(choices.length)}</p>
      <button class="button plain" type="button" ?disabled=${this.chosen.length === 0} @click=${this.#clear}>
        ${this.t('filter.clear')}
      </button>
    </div>`
  }

  #status(count: number): string {
    if (this.phase === 'failed') return this.t('problem.failed')
    if (this.phase === 'loading') return `${this.t('loading')}…`
    return count === 0 ? this.t('filter.nothing') : this.t('filter.found', { count })
  }

  #choice({ value, count }: Choice, index: number): TemplateResult {
    const counted = count === null ? '' : new Intl.NumberFormat(this.locale).format(count)
    return html`<li
      id=${`choice-${index}`}
      role="option"
      aria-selected=${this.chosen.includes(value)}
      ?data-active=${index === this.active}
      @click=${() => this.#choose(value)}
      @pointermove=${() => {
        this.active = index
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3.5 8.5 3 3 6-7" /></svg>
      <span class="label"><bdi>${this.#labelOf(value)}</bdi></span>
      <span class="count">${counted}</span>
    </li>`
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
    void this.#ask()
  }

  readonly #typed = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return
    this.search = event.target.value
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => void this.#ask(), typingMs)
  }

  async #ask(): Promise<void> {
    this.#asking?.abort()
    const asking = new AbortController()
    this.#asking = asking
    this.phase = 'loading'
    try {
      const found = await this.find(this.search.trim(), asking.signal)
      if (asking.signal.aborted) return
      this.found = found
      this.active = this.search === '' ? -1 : 0
      this.phase = 'ready'
    } catch {
      if (!asking.signal.aborted) this.phase = 'failed'
    }
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
    this.#choose(choice.value)
  }

  #choose(value: Value): void {
    this.#change(toggled(this.chosen, value))
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
