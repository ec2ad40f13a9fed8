import { formatKey } from '../../charts/format/key.ts'
import type { PageContext } from '../page-context.ts'
import { chartWords } from '../widget/chart-context.ts'
import type { Value } from './controls-state.ts'

/** A value as charts and tables write it. */
export function filterLabel(value: Value, { t, locale, timeZone }: PageContext): string {
  return formatKey(value, { locale, timeZone, words: { ...chartWords(t), none: t('filter.none') } })
}
