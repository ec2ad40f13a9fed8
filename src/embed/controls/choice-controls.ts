import { html, nothing, type TemplateResult } from 'lit'
import type { Translate } from '../messages/translator.ts'
import type { PageContext } from '../page-context.ts'
import { type ControlsState, isComparison } from './controls-state.ts'
import { isOfferedGrain, offeredGrains } from './grain-options.ts'
import { isGranularity, type Permitted } from './permitted.ts'
import type { TimeRange } from './time-range.ts'

type Change = (state: ControlsState) => void

interface Option {
  readonly value: string
  readonly label: string
}

/** A choice of one, as the browser and the phone draw it. */
export function choice(
  label: string,
  options: readonly Option[],
  value: string,
  onChoose: (value: string) => void,
): TemplateResult {
  return html`<label class="choice">
    <span class="name">${label}</span>
    <select
      class="select"
      .value=${value}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLSelectElement) onChoose(event.target.value)
      }}
    >
      ${options.map(
        (option) =>
          html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`,
      )}
    </select>
  </label>`
}

export function comparisonControl(state: ControlsState, t: Translate, onChange: Change): TemplateResult {
  const options = [
    { value: '', label: t('comparison.none') },
    { value: 'PREVIOUS_PERIOD', label: t('comparison.PREVIOUS_PERIOD') },
    { value: 'PREVIOUS_YEAR', label: t('comparison.PREVIOUS_YEAR') },
  ]
  return choice(t('comparison.title'), options, state.compareTo ?? '', (value) =>
    onChange({ ...state, compareTo: isComparison(value) ? value : null }),
  )
}

/** Nothing where there is but one grain to choose. */
export function grainControl(
  state: ControlsState,
  permitted: Permitted,
  range: TimeRange | null,
  { t, timeZone }: PageContext,
  onChange: Change,
): TemplateResult | typeof nothing {
  const grains = offeredGrains(permitted, range, timeZone)
  const { granularity } = state
  const isStrange = granularity !== null && !isOfferedGrain(granularity, permitted, range, timeZone)
  if (grains.length === 0 && granularity === null) return nothing
  const options = [
    { value: '', label: t('grain.default') },
    ...grains.map((grain) => ({ value: grain, label: t(`grain.${grain}`) })),
    ...(isStrange ? [{ value: granularity, label: granularity.toLowerCase().replaceAll('_', ' ') }] : []),
  ]
  return choice(t('grain.title'), options, granularity ?? '', (value) =>
    onChange({ ...state, granularity: isGranularity(value) ? value : null }),
  )
}
