import { type ChartTheme, lightTheme } from './theme.ts'
import { type ChartWords, englishWords } from './words.ts'

/** Who looks, and on what. */
export interface ChartContext {
  /** BCP 47; one that is not known reads as en-US. */
  readonly locale: string
  /** IANA; null for the one that the answer was computed in. */
  readonly timeZone: string | null
  readonly direction: 'ltr' | 'rtl'
  readonly theme: ChartTheme
  /** In CSS pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** Where the legend stands already, so that the room it leaves does not move it; null lets the size decide. */
  readonly legendPlace: 'bottom' | 'end' | null
  readonly reducedMotion: boolean
  /** Tell series apart by more than their color. */
  readonly patterns: boolean
  /** The keys of the series that are switched off in the legend. */
  readonly hidden: ReadonlySet<string>
  readonly words: ChartWords
}

const defaults: ChartContext = {
  locale: 'en-US',
  timeZone: null,
  direction: 'ltr',
  theme: lightTheme,
  size: { width: 640, height: 320 },
  legendPlace: null,
  reducedMotion: false,
  patterns: false,
  hidden: new Set(),
  words: englishWords,
}

export function chartContext(given: Partial<ChartContext> = {}): ChartContext {
  const locale = given.locale === undefined || !isLocale(given.locale) ? defaults.locale : given.locale
  const timeZone = given.timeZone == null || !isTimeZone(given.timeZone) ? null : given.timeZone
  return { ...defaults, ...given, locale, timeZone }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1
  } catch {
    return false
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone })
    return true
  } catch {
    return false
  }
}
