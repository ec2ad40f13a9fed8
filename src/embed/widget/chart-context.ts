import type { ChartContext } from '../../charts/context.ts'
import { darkTheme, lightTheme } from '../../charts/theme.ts'
import { type ChartWords, englishWords } from '../../charts/words.ts'
import { en, type MessageKey } from '../messages/en.ts'
import type { Translate } from '../messages/translator.ts'
import type { PageContext } from '../page-context.ts'

const contexts = new WeakMap<PageContext, Partial<ChartContext>>()

/** What of a page a picture has to know; the same object for the same page, so that nothing is drawn anew for it. */
export function chartContextOf(page: PageContext): Partial<ChartContext> {
  const context = contexts.get(page) ?? contextOf(page)
  contexts.set(page, context)
  return context
}

function contextOf({ t, locale, timeZone, direction, scheme }: PageContext): Partial<ChartContext> {
  return {
    locale,
    timeZone,
    direction,
    theme: scheme === 'dark' ? darkTheme : lightTheme,
    words: chartWords(t),
  }
}

const known = new WeakMap<Translate, ChartWords>()

export function chartWords(t: Translate): ChartWords {
  const words = known.get(t) ?? wordsOf(t)
  known.set(t, words)
  return words
}

function wordsOf(t: Translate): ChartWords {
  const entries = Object.entries(englishWords).map(([name, word]) => {
    const key = `chart.${name}`
    return [name, isMessage(key) ? t(key) : word]
  })
  return { ...englishWords, ...Object.fromEntries(entries) }
}

function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}
