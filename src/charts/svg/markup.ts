/** A piece of a picture: made into text for a file and into nodes for a page, and never read from text again. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Markup[]
}

/** A picture of its own within another one, as ECharts writes it, which escapes by itself. */
export interface Picture {
  readonly svg: string
  readonly x: number
  readonly y: number
}

export type Markup = Element | Picture | string

/** Attributes that are null are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  ...children: readonly Markup[]
): Element {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : [[key, typeof value === 'number' ? rounded(value) : value] as const],
  )
  return { name, attributes: Object.fromEntries(written), children }
}

export function written(markup: Markup): string {
  if (typeof markup === 'string') return escaped(markup)
  if ('svg' in markup) {
    // ECharts escapes what has a meaning in XML, and leaves what XML cannot hold.
    return markup.svg
      .replace(forbidden, '')
      .replace(/^<svg /, `<svg x="${rounded(markup.x)}" y="${rounded(markup.y)}" `)
  }
  const attributes = Object.entries(markup.attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  return `<${markup.name}${attributes.join('')}>${markup.children.map(written).join('')}</${markup.name}>`
}

function rounded(value: number): string {
  return String(Number.isFinite(value) ? Math.round(value * 100) / 100 : 0)
}

/** What XML cannot hold at all is left out. */
function escaped(text: string): string {
  return text
    .replace(forbidden, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
