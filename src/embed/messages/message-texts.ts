import { languageOf } from '../../charts/direction.ts'
import { en, type MessageTexts } from './en.ts'

const languages: Readonly<Record<string, () => Promise<{ readonly texts: MessageTexts }>>> = {
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ar: () => import('./ar.ts'),
}

/** In the language of a locale, or in English where there is none. A language is loaded when it is first needed. */
export async function loadTexts(locale: string): Promise<MessageTexts> {
  const load = languages[languageOf(locale)]
  return load === undefined ? en : (await load()).texts
}

/** Of the language that the texts are in, which is not the locale's where there are none in it. */
export function languageOfTexts(locale: string): string {
  const language = languageOf(locale)
  return Object.hasOwn(languages, language) ? language : 'en'
}
