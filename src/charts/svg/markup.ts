/** Text that is markup already. Only `element` makes it, so that no figure and no name can become any. */
export class Markup {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }
  static of(
    name: string,
    attributes: Readonly<Record<string, string | number | null>>,
    ...children: readonly (Markup | string)[]
  ): Markup {
    const written = Object.entries(attributes).flatMap(([key, value]) =>
      value === null ? [] : [` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`],
    )
    const inside = children.map((child) => (child instanceof Markup ? child.#text : escaped(child))).join('')
    return new Markup(`<${name}${written.join('')}>${inside}</${name}>`)
  }
  /** A picture that ECharts drew, which escapes by itself, at a place in another. */
  static picture(svg: string, x: number, y: number): Markup {
    return new Markup(svg.replace(/^<svg /, `<svg x="${rounded(x)}" y="${rounded(y)}" `))
  }
  toString(): string {
    return this.#text
  }
}

export const element = Markup.of

function rounded(value: number): string {
  return String(Number.isFinite(value) ? Math.round(value * 100) / 100 : 0)
}

/** What XML cannot hold at all is left out. */
function escaped(text: string): string {
  return text
    .replace(forbidden, '')
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
