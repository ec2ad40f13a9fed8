export interface HTMLAttributes {
  class?: string
}
export interface VNodeProps {
  key?: string
}
export interface AllowedComponentProps {
  style?: unknown
}
// biome-ignore lint/suspicious/noEmptyInterface: what others add to
export interface GlobalComponents {}
