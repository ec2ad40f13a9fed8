import { en, type MessageKey } from '../messages/en.ts'
import { spanOf, type Translate } from '../messages/translator.ts'
import type { NamedPeriod } from './periods.ts'

/** A period in words: as languages say it where it is a usual one. */
export function periodLabel({ name, form, count, unit }: NamedPeriod, t: Translate, locale: string): string {
  const key = `period.${name}`
  if (isMessage(key)) return t(key)
  const span = spanOf(count, unit, locale)
  if (form === 'last') return t('period.last', { span })
  return name.replaceAll('_', ' ')
}

function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}
