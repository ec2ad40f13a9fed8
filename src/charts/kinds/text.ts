import type { TextBlock, TextChart, TextSpan } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import { fill } from '../words.ts'

/**
 * The author's text with the answer's figures in it: paragraphs, `# headings`, `- items`, `**strong**`,
 * `*emphasized*` and `[links](https://…)`. The figures are put in after the text is read, so that none of them can
 * become anything but text.
 */
export function drawText(
  title: string,
  text: string,
  values: Readonly<Record<string, string>>,
  { words }: ChartContext,
): TextChart {
  const blocks = text
    .split(/\n\s*\n|\n(?=[#-] ?)|(?<=^#.*)\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => blockOf(part, values))
  const told = blocks.map(({ spans }) => spans.map((span) => span.text).join('')).join(' ')
  return { view: 'text', title, summary: fill(words.summary, { title, text: told }), blocks }
}

function blockOf(part: string, values: Readonly<Record<string, string>>): TextBlock {
  const heading = /^#{1,3}\s+([\s\S]*)$/.exec(part)
  if (heading !== null) return { kind: 'heading', spans: spansOf(heading[1] ?? '', values) }
  const item = /^-\s+([\s\S]*)$/.exec(part)
  if (item !== null) return { kind: 'item', spans: spansOf(item[1] ?? '', values) }
  return { kind: 'paragraph', spans: spansOf(part, values) }
}

const marks = /\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^()\s]+)\)/g

function spansOf(text: string, values: Readonly<Record<string, string>>): readonly TextSpan[] {
  const spans: TextSpan[] = []
  let read = 0
  const plain = { isStrong: false, isEmphasized: false, href: null }
  const push = (written: string, look: Omit<TextSpan, 'text'>) => {
    const filled = fill(written.replace(/\s+/g, ' '), values)
    if (filled !== '') spans.push({ ...look, text: filled })
  }
  for (const match of text.matchAll(marks)) {
    push(text.slice(read, match.index), plain)
    const [whole, strong, emphasized, link, href] = match
    if (strong !== undefined) push(strong, { ...plain, isStrong: true })
    else if (emphasized !== undefined) push(emphasized, { ...plain, isEmphasized: true })
    else push(link ?? '', { ...plain, href: safeLink(href ?? '') })
    read = match.index + whole.length
  }
  push(text.slice(read), plain)
  return spans
}

/** No address that runs anything, nor one that a browser takes for another host's. */
function safeLink(href: string): string | null {
  return /^https:\/\/[^\s"'<>\\]+$/.test(href) || /^\/(?![/\\])[^\s"'<>\\]*$/.test(href) ? href : null
}
