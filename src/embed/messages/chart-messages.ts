import { type ChartWords, englishWords } from '../../charts/words.ts'

type ChartMessages = { readonly [Name in keyof ChartWords as `chart.${Name}`]: string }

/** The words of charts, which the server's pictures have as well, under the names that hosts give theirs by. */
export function chartMessages(words: ChartWords): ChartMessages {
  const messages = Object.fromEntries(Object.entries(words).map(([name, word]) => [`chart.${name}`, word]))
  if (!areWhole(messages)) throw new Error('A word of the charts is missing.')
  return messages
}

function areWhole(messages: Readonly<Record<string, string>>): messages is ChartMessages {
  return Object.keys(englishWords).every((name) => Object.hasOwn(messages, `chart.${name}`))
}
