import { html, LitElement, type TemplateResult } from 'lit'
import { movedTo } from '../controls/filter-choices.ts'
import { Popup } from '../popup.ts'
import { base } from '../theme/base.ts'
import { menuStyles } from './menu-styles.ts'

export interface MenuItem {
  readonly id: string
  readonly label: string
  /** Stands above the first item of a group. */
  readonly group?: string
}

/** A button with a menu below it. Tells what was chosen with `menu-choose`. */
export class TesseraMenu extends LitElement {
  static override readonly properties = {
    label: { attribute: false },
    items: { attribute: false },
    icon: { attribute: false },
  }

  static override readonly styles = [base, menuStyles]

  declare label: string
  declare items: readonly MenuItem[]
  declare icon: 'more' | 'download'

  readonly #popup = new Popup(this, () => ({
    button: this.renderRoot.querySelector('button'),
    popup: this.renderRoot.querySelector('.popup'),
  }))

  constructor() {
    super()
    this.label = ''
    this.items = []
    this.icon = 'more'
  }

  protected override render(): TemplateResult {
    return html`<button
        class="button opener"
        type="button"
        aria-haspopup="menu"
        aria-expanded=${this.#popup.isOpen}
        aria-label=${this.label}
        title=${this.label}
        @click=${this.#popup.toggle}
        @keydown=${this.#pressedOpener}
      >
        ${this.icon === 'download' ? downloadIcon : moreIcon}
      </button>
      <div
        class="popup"
        popover="auto"
        data-align="end"
        role="menu"
        aria-label=${this.label}
        @toggle=${this.#toggled}
        @keydown=${this.#pressed}
      >
        ${this.items.map((item, index) => this.#item(item, index))}
      </div>`
  }

  #item({ id, label, group }: MenuItem, index: number): TemplateResult {
    const isFirst = index > 0 && group !== this.items[index - 1]?.group
    return html`${isFirst ? html`<hr role="separator" />` : ''}
      <button type="button" role="menuitem" tabindex="-1" @click=${() => this.#choose(id)}>${label}</button>`
  }

  get #buttons(): readonly HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')]
  }

  readonly #toggled = (event: ToggleEvent): void => {
    this.#popup.toggled(event)
    if (event.newState === 'open') this.#buttons[0]?.focus()
  }

  readonly #pressedOpener = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || this.#popup.isOpen) return
    event.preventDefault()
    this.#popup.toggle()
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const buttons = this.#buttons
    const index = buttons.findIndex((button) => button.matches(':focus'))
    const end = event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : null
    const next = end ?? movedTo(event.key, index, buttons.length)
    if (event.key === 'Tab') this.#popup.close()
    if (next === null) return
    event.preventDefault()
    buttons[next]?.focus()
  }

  #choose(id: string): void {
    this.#popup.close()
    this.renderRoot.querySelector('button')?.focus()
    this.dispatchEvent(new CustomEvent('menu-choose', { detail: id }))
  }
}

const moreIcon = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <circle cx="3" cy="8" r="1.25" />
  <circle cx="8" cy="8" r="1.25" />
  <circle cx="13" cy="8" r="1.25" />
</svg>`

const downloadIcon = html`<svg viewBox="0 0 16 16" aria-hidden="true">
  <path d="M7.25 2h1.5v6.2l2.2-2.2 1.05 1.05L8 11.05 4 7.05 5.05 6l2.2 2.2zM3 12.5h10V14H3z" />
</svg>`
