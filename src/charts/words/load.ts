import { languageOf } from '../direction.ts'
import { type ChartWords, englishWords } from '../words.ts'

const languages: Readonly<Record<string, () => Promise<{ readonly words: ChartWords }>>> = {
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ar: () => import('./ar.ts'),
}

/** In the language of a locale, or in English where there are none. */
export async function loadWords(locale: string): Promise<ChartWords> {
  const language = languageOf(locale)
  const load = Object.hasOwn(languages, language) ? languages[language] : undefined
  return load === undefined ? englishWords : (await load()).words
}
