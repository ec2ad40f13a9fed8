import { languageOf } from '../../charts/direction.ts'
import { tellDeveloper } from '../states/console.ts'
import { problem } from '../states/problem.ts'
import { en, type MessageTexts } from './en.ts'

const languages: Readonly<Record<string, () => Promise<{ readonly texts: MessageTexts }>>> = {
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ar: () => import('./ar.ts'),
}

const loading = new Map<string, Promise<MessageTexts | null>>()

/**
 * In one of the languages that there are, loaded when it is first needed and once for all of a page. Null where its file
 * does not come, which is told to the developer; it is not asked for again.
 */
export function loadTexts(language: string): Promise<MessageTexts | null> {
  const known = loading.get(language) ?? load(language)
  loading.set(language, known)
  return known
}

async function load(language: string): Promise<MessageTexts | null> {
  const file = languages[language]
  if (file === undefined) return en
  try {
    return (await file()).texts
  } catch {
    tellDeveloper(problem('NOT_LOADED', { argument: 'locale' }), language)
    return null
  }
}

/** Of the language that the texts are in, which is not the locale's where there are none in it. */
export function languageOfTexts(locale: string): string {
  const language = languageOf(locale)
  return Object.hasOwn(languages, language) ? language : 'en'
}
