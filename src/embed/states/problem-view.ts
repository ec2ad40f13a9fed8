import { css, html, nothing, type TemplateResult } from 'lit'
import type { Translate } from '../messages/translator.ts'
import { mayPass, type Problem } from './problem.ts'

/** What is wrong in a sentence, what can be done, and the number that support can find it by. */
export function problemView(
  problem: Problem,
  t: Translate,
  onRetry: () => void,
  further: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const { kind, requestId } = problem
  return html`<div class="problem" part="problem" data-kind=${kind}>
    <p class="sentence">${t(`problem.${kind}`)}</p>
    ${retryButton(problem, t, onRetry)}${further}
    ${requestId === null ? nothing : html`<p class="reference">${t('reference', { id: requestId })}</p>`}
  </div>`
}

export function retryButton(
  problem: Problem,
  t: Translate,
  onRetry: () => void,
): TemplateResult | typeof nothing {
  if (!mayPass(problem)) return nothing
  const label = t(problem.kind === 'expired' ? 'continue' : 'retry')
  return actionButton(label, onRetry)
}

/** A button that goes with what it does away: the keyboard's focus stays where it stood. */
export function actionButton(label: string, onPress: () => void): TemplateResult {
  const press = ({ currentTarget }: Event) => {
    if (currentTarget instanceof Element) keepFocus(currentTarget.closest('article, .root'))
    onPress()
  }
  return html`<button class="button" part="retry" type="button" @click=${press}>${label}</button>`
}

export function keepFocus(around: Element | null): void {
  if (!(around instanceof HTMLElement)) return
  around.tabIndex = -1
  around.focus({ preventScroll: true })
}

export const problemStyles = css`
  .problem {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 0.625rem;
    min-height: 100%;
    padding: 0.75rem;
    text-align: center;
  }

  .sentence {
    max-width: 40ch;
    text-wrap: balance;
  }

  .reference {
    color: var(--_muted);
    font-size: 0.8em;
    overflow-wrap: anywhere;
  }
`
