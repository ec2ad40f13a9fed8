/** Text that is HTML already. Only the tag below makes it. */
export interface Html {
  readonly html: string
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

type Part = Html | readonly Html[] | string | false

/** A template whose parts are text unless they are HTML; `false` is left out. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = texts.map((text, index) => (index === 0 ? text : printed(parts[index - 1] ?? '') + text))
  return { html: written.join('') }
}

function printed(part: Part): string {
  if (part === false) return ''
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (found) => entities[found] ?? '')
  return 'html' in part ? part.html : part.map(({ html: text }) => text).join('')
}
