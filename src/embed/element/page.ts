import { directionOf } from '../../charts/direction.ts'
import { en, type MessageOverrides, type MessageTexts } from '../messages/en.ts'
import { knownLocale, knownTimeZone } from '../messages/locale.ts'
import { languageOfTexts, loadTexts } from '../messages/message-texts.ts'
import { translator } from '../messages/translator.ts'
import type { PageContext } from '../page-context.ts'

export interface PageSettings {
  readonly locale: string | null
  readonly timeZone: string | null
  readonly theme: string | null
  readonly messages: MessageOverrides | null | undefined
}

/** The words, the direction and the colors of an element, as its host and the browser have them. */
export interface Page {
  readonly context: PageContext
  /** The same in another zone, and the same object as long as nothing of it differs. */
  inZone(timeZone: string): PageContext
  /** Where an element without settings of its own stands may say another language and direction. */
  read(settings: PageSettings, element: Element): void
  /** The language that the words are in. */
  readonly language: string
  stop(): void
}

export function createPage(onChange: () => void): Page {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', onChange)
  let texts: MessageTexts = en
  let language = 'en'
  // As long as nothing of it differs it stays the same object, by which parts know that they need not draw anew.
  let made: readonly unknown[] = []
  let zoned: { readonly from: PageContext; readonly context: PageContext } | null = null
  let context = contextOf({ locale: 'en', timeZone: null, theme: null, messages: null }, 'en', texts, false)

  let wanted = language

  const load = async (next: string) => {
    if (next === wanted) return
    wanted = next
    const loaded = await loadTexts(next)
    if (next !== wanted) return
    // Without its file a language is English; the figures matter more.
    texts = loaded ?? en
    language = loaded === null ? 'en' : next
    onChange()
  }

  return {
    get context() {
      return context
    },
    inZone: (timeZone) => {
      if (context.timeZone === timeZone) return context
      if (zoned?.from !== context || zoned.context.timeZone !== timeZone) {
        zoned = { from: context, context: { ...context, timeZone } }
      }
      return zoned.context
    },
    get language() {
      return language
    },
    read: (settings, element) => {
      const closest = element.closest('[lang]')?.getAttribute('lang')
      const locale = knownLocale([settings.locale, closest, navigator.language])
      void load(languageOfTexts(locale))
      const { timeZone, theme, messages } = settings
      const parts = [locale, timeZone, theme, messages, texts, dark.matches]
      if (parts.every((part, index) => part === made[index])) return
      made = parts
      context = contextOf(settings, locale, texts, dark.matches)
    },
    stop: () => dark.removeEventListener('change', onChange),
  }
}

function contextOf(
  { timeZone, theme, messages }: PageSettings,
  locale: string,
  texts: MessageTexts,
  prefersDark: boolean,
): PageContext {
  return {
    t: translator(texts, messages, locale),
    locale,
    timeZone: knownTimeZone(timeZone),
    direction: directionOf(locale),
    scheme: theme === 'dark' || (theme === 'auto' && prefersDark) ? 'dark' : 'light',
  }
}
