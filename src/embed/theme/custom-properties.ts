import { type ElementPart, noChange } from 'lit'
import { Directive, directive, type PartInfo, PartType } from 'lit/directive.js'

type Properties = Readonly<Record<`--${string}`, string | number>>

/** Sets custom properties one by one: a style attribute would be blocked by a Content-Security-Policy without inline styles. */
class CustomProperties extends Directive {
  constructor(part: PartInfo) {
    super(part)
    if (part.type !== PartType.ELEMENT) throw new TypeError('Custom properties are of an element.')
  }

  render(_properties: Properties): typeof noChange {
    return noChange
  }

  override update({ element }: ElementPart, [properties]: [Properties]): typeof noChange {
    if (!(element instanceof HTMLElement)) return noChange
    for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, String(value))
    return noChange
  }
}

export const customProperties = directive(CustomProperties)
