import type { Translate } from './messages/translator.ts'

/** Who looks, and in which words and colors: the same for every part of an element. */
export interface PageContext {
  readonly t: Translate
  /** BCP 47. */
  readonly locale: string
  readonly timeZone: string
  readonly direction: 'ltr' | 'rtl'
  readonly scheme: 'light' | 'dark'
}
