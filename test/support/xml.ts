/** A parser that takes well-formed XML alone, as much of it as pictures need. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlElement | string)[]
}

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y

/** @throws where anything is not as XML has it */
export function parseXml(text: string): XmlElement {
  const root = { name: '', attributes: {}, children: [] as (XmlElement | string)[] }
  const open = [root]
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    const parent = open.at(-1)
    if (match === null || parent === undefined)
      throw new Error(`not XML at ${at}: ${text.slice(at, at + 80)}`)
    const [, cdata, closing, name = '', attributes = '', empty, plain] = match
    if (cdata !== undefined) parent.children.push(cdata)
    else if (plain !== undefined) parent.children.push(unescaped(plain))
    else if (closing === '/') {
      if (parent.name !== name) throw new Error(`</${name}> ends <${parent.name}>`)
      open.pop()
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [] as (XmlElement | string)[] }
      parent.children.push(element)
      if (empty !== '/') open.push(element)
    }
  }
  const [only, second] = root.children
  if (open.length !== 1 || second !== undefined || typeof only !== 'object')
    throw new Error('not one element')
  return only
}

export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return [
    element,
    ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child))),
  ]
}

export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const all = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    unescaped(value),
  ])
  return Object.fromEntries(all)
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
}

function unescaped(text: string): string {
  return text.replace(/&([^;]{0,10};?)/g, (whole, name: string) => {
    const found = entities[name.slice(0, -1)]
    if (found === undefined) throw new Error(`${whole} is no entity`)
    return found
  })
}
