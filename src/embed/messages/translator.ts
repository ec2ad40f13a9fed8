import type { MessageKey, MessageOverrides, MessageTexts } from './en.ts'

/** Says a message in the language and the words of a page. */
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string

export function translator(
  texts: MessageTexts,
  overrides: MessageOverrides | null | undefined,
  locale: string,
): Translate {
  const numbers = new Intl.NumberFormat(locale)
  return (key, values = {}) =>
    (overrides?.[key] ?? texts[key]).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name]
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value
    })
}

/** "12 months", in the words of a language. A quarter is no unit that languages know; three months are. */
export function spanOf(count: number, unit: string, locale: string): string {
  const [length, name] = unit === 'QUARTER' ? [count * 3, 'month'] : [count, unit.toLowerCase()]
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' })
  return format.format(length)
}
