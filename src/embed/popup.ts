import type { ReactiveController, ReactiveControllerHost } from 'lit'

const gapPx = 4
const marginPx = 8

/**
 * A popup of the top layer that stands at its button, inside the window, and goes with it while the page scrolls. The
 * browser closes it on Escape and on a click elsewhere.
 */
export class Popup implements ReactiveController {
  #isOpen = false
  readonly #host: ReactiveControllerHost & Element
  readonly #within: () => { readonly button: HTMLElement | null; readonly popup: HTMLElement | null }

  constructor(
    host: ReactiveControllerHost & Element,
    within: () => { readonly button: HTMLElement | null; readonly popup: HTMLElement | null },
  ) {
    this.#host = host
    this.#within = within
    host.addController(this)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  readonly toggled = (event: ToggleEvent): void => {
    this.#isOpen = event.newState === 'open'
    if (this.#isOpen) this.#follow()
    else this.#followNoMore()
    this.#host.requestUpdate()
  }

  readonly toggle = (): void => {
    const { popup } = this.#within()
    popup?.togglePopover()
    this.place()
  }

  close(): void {
    if (this.#isOpen) this.#within().popup?.hidePopover()
  }

  hostUpdated(): void {
    if (this.#isOpen) this.place()
  }

  hostDisconnected(): void {
    globalThis.removeEventListener('scroll', this.place, true)
    globalThis.removeEventListener('resize', this.place)
  }

  #follow(): void {
    globalThis.addEventListener('scroll', this.place, { capture: true, passive: true })
    globalThis.addEventListener('resize', this.place)
    this.place()
  }

  #followNoMore(): void {
    this.hostDisconnected()
    // From inside of nested shadow roots, Chromium gives the focus back to nobody, now or with the next frame.
    const { button, popup } = this.#within()
    const isLost = document.activeElement === document.body || popup?.matches(':focus-within') === true
    if (isLost) button?.focus({ preventScroll: true })
  }

  readonly place = (): void => {
    const { button, popup } = this.#within()
    if (button === null || popup === null) return
    const at = button.getBoundingClientRect()
    const { width, height } = popup.getBoundingClientRect()
    const isRtl = getComputedStyle(button).direction === 'rtl'
    const isLeft = popup.dataset.align === 'end' ? isRtl : !isRtl
    const left = isLeft ? at.left : at.right - width
    const fitsBelow = at.bottom + gapPx + height <= innerHeight - marginPx
    const top = fitsBelow || at.top < height + gapPx ? at.bottom + gapPx : at.top - gapPx - height
    popup.style.left = `${Math.max(marginPx, Math.min(left, innerWidth - width - marginPx))}px`
    popup.style.top = `${Math.max(marginPx, top)}px`
  }
}
