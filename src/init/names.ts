import { safeColumnName } from '../load/column-name.ts'

/** A name as models have them: lowercase letters, digits and `_`, starting with a letter. */
export function modelName(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
  const safe = safeColumnName(words, 1)
    .toLowerCase()
    .replaceAll(/^_+|_+$/g, '')
  return (/^[a-z]/.test(safe) ? safe : `column_${safe}`).slice(0, 63)
}

/** Gives each name once: what is taken gets another word, then a number. */
export function createNames(taken: Iterable<string> = []): { take(...wanted: readonly string[]): string } {
  const names = new Set(taken)
  return {
    take: (...wanted) => {
      const [last = 'name'] = wanted.slice(-1)
      const numbered = Array.from(
        { length: names.size + 1 },
        (_, index) => `${last.slice(0, 58)}_${index + 2}`,
      )
      const free = [...wanted, ...numbered].find((name) => !names.has(name)) ?? last
      names.add(free)
      return free
    },
  }
}

export function wordsOf(name: string): readonly string[] {
  return modelName(name).split('_')
}

/** Good enough for a title that a person looks over: company → companies, order → orders. */
export function pluralOf(word: string): string {
  if (/(s|x|ch|sh)$/.test(word)) return /s$/.test(word) ? word : `${word}es`
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`
}
