import { html, nothing, type TemplateResult } from 'lit'
import type { PageContext } from '../page-context.ts'
import { retryButton } from '../states/problem-view.ts'
import type { Value } from './controls-state.ts'
import type { Choice, FoundState } from './filter-choices.ts'
import { filterLabel } from './filter-label.ts'

export interface FilterList {
  readonly heading: string
  readonly choices: readonly Choice[]
  readonly chosen: readonly Value[]
  /** The place of the choice that keys have led to. */
  readonly active: number
  readonly search: string
  readonly state: FoundState
  readonly page: PageContext
  readonly onType: (event: Event) => void
  readonly onPress: (event: KeyboardEvent) => void
  readonly onPoint: (index: number) => void
  readonly onChoose: (value: Value) => void
  readonly onClear: () => void
  readonly onRetry: () => void
}

/** What is searched by typing, and the choices below it. */
export function filterList(list: FilterList): TemplateResult {
  const { heading, choices, chosen, state, page } = list
  const { t } = page
  return html`${searchField(list)}
    <ul
      id="choices"
      role="listbox"
      aria-multiselectable="true"
      aria-label=${heading}
      aria-busy=${state.phase === 'loading'}
    >
      ${choices.map((choice, index) => option(choice, index, list))}
    </ul>
    <p class="status" role="status">${statusOf(state, choices.length, page)}</p>
    ${state.problem === null ? nothing : retryButton(state.problem, t, list.onRetry)}
    <button class="button plain" type="button" ?disabled=${chosen.length === 0} @click=${list.onClear}>
      ${t('filter.clear')}
    </button>`
}

function searchField({
  heading,
  choices,
  active,
  search,
  page,
  onType,
  onPress,
}: FilterList): TemplateResult {
  const title = page.t('filter.search')
  return html`<input
    class="search"
    type="text"
    role="combobox"
    autocomplete="off"
    spellcheck="false"
    aria-expanded="true"
    aria-controls="choices"
    aria-autocomplete="list"
    aria-label=${`${heading}: ${title}`}
    aria-activedescendant=${choices[active] === undefined ? nothing : `choice-${active}`}
    placeholder=${title}
    .value=${search}
    @input=${onType}
    @keydown=${onPress}
  />`
}

function option(
  { value, count }: Choice,
  index: number,
  { chosen, active, page, onChoose, onPoint }: FilterList,
): TemplateResult {
  const counted = count === null ? '' : new Intl.NumberFormat(page.locale).format(count)
  return html`<li
    id=${`choice-${index}`}
    role="option"
    aria-selected=${chosen.includes(value)}
    ?data-active=${index === active}
    @click=${() => onChoose(value)}
    @pointermove=${() => onPoint(index)}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3.5 8.5 3 3 6-7" /></svg>
    <span class="label"><bdi>${filterLabel(value, page)}</bdi></span>
    <span class="count">${counted}</span>
  </li>`
}

function statusOf({ phase, problem }: FoundState, count: number, { t }: PageContext): string {
  if (problem !== null) return t(`problem.${problem.kind}`)
  if (phase === 'loading') return `${t('loading')}…`
  return count === 0 ? t('filter.nothing') : t('filter.found', { count })
}
