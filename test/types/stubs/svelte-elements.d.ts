export interface HTMLAttributes<Element extends EventTarget> {
  class?: string
  onclick?: (event: { currentTarget: Element }) => void
}
export interface SvelteHTMLElements {
  main: HTMLAttributes<HTMLElement>
}
