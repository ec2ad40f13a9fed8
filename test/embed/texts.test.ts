import { describe, expect, test } from 'vitest'
import { directionOf } from '../../src/charts/direction.ts'
import { periodLabel } from '../../src/embed/controls/period-label.ts'
import { parsePeriod } from '../../src/embed/controls/periods.ts'
import { en } from '../../src/embed/messages/en.ts'
import { knownLocale, knownTimeZone } from '../../src/embed/messages/locale.ts'
import { languageOfTexts, loadTexts } from '../../src/embed/messages/message-texts.ts'
import { translator } from '../../src/embed/messages/translator.ts'

const slots = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort()

describe.each(['de', 'fr', 'es', 'ar'])('the texts in %s', (language) => {
  test('put in what the English ones do, and none is empty', async () => {
    const texts = (await loadTexts(languageOfTexts(`${language}-XX`))) ?? en
    const wrong = Object.entries(en).filter(([key, text]) => {
      const other = Object.entries(texts).find(([name]) => name === key)?.[1] ?? ''
      return other === '' || slots(other).join() !== slots(text).join()
    })
    expect(wrong).toEqual([])
    expect(languageOfTexts(language)).toBe(language)
  })
})

test('a language without texts is said in English, and its figures stay its own', async () => {
  expect([languageOfTexts('pl-PL'), await loadTexts('en')]).toEqual(['en', en])
  expect(translator(en, {}, 'pl-PL')('records.count', { count: 12345 })).toBe('Rows shown: 12\u00a0345')
})

test('a host’s own words take the place of a text, and what is put in is text', () => {
  const t = translator(en, { retry: 'Once more' }, 'en')
  expect([t('retry'), t('reference', { id: '<b>{id}$&</b>' })]).toEqual([
    'Once more',
    'Reference: <b>{id}$&</b>',
  ])
})

test.each([null, undefined])('no words of a host’s own (%s) leave the texts', (none) => {
  expect(translator(en, none, 'en')('retry')).toBe('Try again')
})

test('a period that is no usual one is said by its length', () => {
  const label = (name: string, locale = 'en') => {
    const period = parsePeriod(name)
    return period === null ? null : periodLabel(period, translator(en, {}, locale), locale)
  }
  expect(
    ['last_7_days', 'last_45_days', 'last_2_quarters', 'previous_hour'].map((name) => label(name)),
  ).toEqual(['Last 7 days', 'Last 45 days', 'Last 6 months', 'previous hour'])
})

test('a locale and a zone that are none are passed over', () => {
  expect(knownLocale([null, 'not a locale', 'pt_BR', 'en'])).toBe('pt-BR')
  expect(knownTimeZone('Europe/Berlin')).toBe('Europe/Berlin')
  expect(knownTimeZone('Mars/Olympus')).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone)
  expect([directionOf('ar-EG'), directionOf('de')]).toEqual(['rtl', 'ltr'])
})
