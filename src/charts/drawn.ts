/** What every picture has. */
export interface Drawn {
  readonly title: string
  /** One sentence for those who do not see it. */
  readonly summary: string
}
