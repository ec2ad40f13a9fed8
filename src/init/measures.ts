import type { FormatDefinition } from '../model/metric-document.ts'
import { wordsOf } from './names.ts'
import type { RoledColumn } from './roles.ts'

/** How a column of numbers is made into figures. */
export interface Measure {
  readonly column: RoledColumn
  readonly isSummed: boolean
  /** Of its figures; a mean of whole numbers is none, but is written like them. */
  readonly format?: FormatDefinition
  readonly unit?: string
  /** What the name said, for the comment. */
  readonly guess?: string
  /** Lower is shown first. */
  readonly order: number
}

const currencies: ReadonlySet<string> = new Set([
  ...[
    'usd',
    'eur',
    'gbp',
    'chf',
    'jpy',
    'cny',
    'inr',
    'cad',
    'aud',
    'nzd',
    'sek',
    'nok',
    'dkk',
    'pln',
    'czk',
    'brl',
  ],
  ...['mxn', 'zar', 'sgd', 'hkd', 'krw', 'try', 'aed', 'ils', 'huf', 'ron'],
])
const moneyWords = wordSet(
  'amount revenue sales turnover total subtotal price cost fee tax spend profit margin value balance payment paid mrr arr gmv salary',
)
const shareWords = wordSet('share percent percentage pct rate ratio fraction')
/** A sum of them says nothing. */
const meanWords = wordSet(
  'price rating score age temperature delay latency margin average avg mean median percentile',
)
const lastingWords = wordSet('duration time elapsed latency delay wait age')
const units: ReadonlyMap<string, string> = new Map([
  ...['ms', 'millis', 'milliseconds'].map((word) => [word, 'ms'] as const),
  ...['seconds', 'secs', 'sec'].map((word) => [word, 's'] as const),
  ...['minutes', 'mins'].map((word) => [word, 'min'] as const),
  ...['hours', 'hrs'].map((word) => [word, 'h'] as const),
  ...['days'].map((word) => [word, 'd'] as const),
])

export function measureOf(column: RoledColumn): Measure {
  const words = wordsOf(column.name)
  const has = (set: ReadonlySet<string>) => words.some((word) => set.has(word))
  const isSummed = !has(meanWords)
  const currency = words.find((word) => currencies.has(word))
  if (currency !== undefined) {
    const format = { style: 'currency', currency: currency.toUpperCase() } as const
    return { column, isSummed, format, guess: `money, in ${format.currency}, by its name`, order: 0 }
  }
  if (has(shareWords)) return shareOf(column)
  const [last = ''] = words.slice(-1)
  if (words.includes('bytes'))
    return { column, isSummed, format: 'bytes', guess: 'bytes, by its name', order: 2 }
  const unit = units.get(last) ?? (has(lastingWords) ? shortUnits.get(last) : undefined)
  if (unit !== undefined) {
    return {
      column,
      isSummed,
      format: 'duration',
      unit,
      guess: `a duration in ${unit}, by its name`,
      order: 2,
    }
  }
  if (has(moneyWords)) {
    const guess = 'money? then format: { style: currency, currency: EUR }'
    return { column, isSummed, format: { style: 'number', digits: 2 }, guess, order: 1 }
  }
  return { column, isSummed, order: isSummed ? 3 : 4 }
}

const shortUnits: ReadonlyMap<string, string> = new Map([
  ['s', 's'],
  ['min', 'min'],
  ['h', 'h'],
  ['d', 'd'],
])

function shareOf(column: RoledColumn): Measure {
  const { least, most } = column
  return least !== null && most !== null && least >= -1 && most <= 1
    ? { column, isSummed: false, format: 'percent', guess: 'a share from 0 to 1, by its name', order: 4 }
    : { column, isSummed: false, unit: '%', guess: 'a share from 0 to 100, by its name', order: 4 }
}

/** `amount_eur` → `amount`: a figure is written with its unit. */
export function withoutUnit(name: string): string {
  const [last = '', ...rest] = name.split('_').reverse()
  const isUnit = currencies.has(last) || units.has(last) || last === 'bytes'
  return isUnit && rest.length > 0 ? rest.reverse().join('_') : name
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
