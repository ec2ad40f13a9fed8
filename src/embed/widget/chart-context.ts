import type { ChartContext } from '../../charts/context.ts'
import { darkTheme, lightTheme } from '../../charts/theme.ts'
import { type ChartWords, englishWords } from '../../charts/words.ts'
import { en, type MessageKey } from '../messages/en.ts'
import type { Translate } from '../messages/translator.ts'
import type { PageContext } from '../page-context.ts'

/** What of a page a picture has to know. */
export function chartContextOf({
  t,
  locale,
  timeZone,
  direction,
  scheme,
}: PageContext): Partial<ChartContext> {
  return {
    locale,
    timeZone,
    direction,
    theme: scheme === 'dark' ? darkTheme : lightTheme,
    words: chartWords(t),
  }
}

const known = new WeakMap<Translate, ChartWords>()

function chartWords(t: Translate): ChartWords {
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
