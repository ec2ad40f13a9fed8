/** Defines an element unless the page has one of that name: a script that is loaded twice changes nothing. */
export function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element)
}
