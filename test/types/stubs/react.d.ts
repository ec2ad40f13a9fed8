/** As much of React's types as ours build on; what they make of the real ones was tried with 18 and 19. */
export interface HTMLAttributes<Element> {
  className?: string
  onClick?: (event: { currentTarget: Element }) => void
}
export interface RefAttributes<Element> {
  key?: string
  ref?: (element: Element | null) => void
}
export namespace JSX {
  export interface Element {
    readonly type: unknown
  }
  export interface IntrinsicElements {
    main: HTMLAttributes<HTMLElement>
  }
}
