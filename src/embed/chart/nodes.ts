import type { Element as Drawn } from '../../charts/svg/markup.ts'

const namespace = 'http://www.w3.org/2000/svg'

/** The nodes of a drawing. Text becomes text and nothing else; pictures within pictures are for files alone. */
export function nodesOf({ name, attributes, children }: Drawn): SVGElement {
  const node = document.createElementNS(namespace, name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  for (const child of children) {
    if (typeof child === 'string') node.append(child)
    else if ('name' in child) node.append(nodesOf(child))
  }
  return node
}
