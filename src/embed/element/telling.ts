import { tellDeveloper } from '../states/console.ts'
import type { Problem } from '../states/problem.ts'

export interface TellingElement extends EventTarget {
  readonly localName: string
  readonly dashboard: string | null
}

/** Tells the page; false where the page takes it into its own hands. */
export function announce(
  element: EventTarget,
  name: string,
  detail: unknown,
  { isCancelable = false }: { readonly isCancelable?: boolean } = {},
): boolean {
  const event = new CustomEvent(name, { detail, cancelable: isCancelable, bubbles: true, composed: true })
  return element.dispatchEvent(event)
}

/** The widget is null where it concerns all that is shown. */
export type Tell = (found: Problem, widget: string | null) => void

/**
 * Tells the console and the page what went wrong, once for each time that it did.
 * @param onlyWidget that is shown alone
 */
export function tellingOf(element: TellingElement, onlyWidget: () => string | null): Tell {
  const told = new WeakSet<Problem>()
  return (found, widget) => {
    if (told.has(found)) return
    told.add(found)
    const about = [element.dashboard, widget ?? onlyWidget()].filter(Boolean).join('/') || element.localName
    tellDeveloper(found, about)
    const { code, requestId } = found
    announce(element, 'tessera-error', { code, requestId, widget })
  }
}
