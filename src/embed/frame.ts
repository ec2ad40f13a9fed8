import { connectPageAround, type PageAround } from '../client/frame-guest.ts'

/** What the page around may say of the element: nothing of addresses, of tokens, or that would be run. */
const settable = [
  'dashboard',
  'widget',
  'controls',
  'locked-filters',
  'period',
  'compare',
  'grain',
  'filters',
  'live',
  'locale',
  'time-zone',
  'theme',
  'heading-level',
]

const told = ['tessera-ready', 'tessera-error', 'tessera-control-change']

/** The element in the page of an iframe, with tokens and settings of the page around it. */
async function start(parent: string): Promise<void> {
  const around = await connectPageAround(window, parent)
  let shown: Element | null = null
  around.listen((attributes) => {
    const name = 'widget' in attributes ? 'tessera-widget' : 'tessera-dashboard'
    if (shown?.localName !== name) {
      shown = made(name, around)
      document.body.replaceChildren(shown)
    }
    for (const attribute of settable) setAttribute(shown, attribute, attributes[attribute])
  })
  const tellHeight = () => around.tellHeight(Math.ceil(document.body.getBoundingClientRect().height))
  new ResizeObserver(tellHeight).observe(document.body)
}

function made(name: string, { getToken, tellEvent }: PageAround): Element {
  const element = Object.assign(document.createElement(name), { getToken })
  for (const event of told) {
    element.addEventListener(event, (happened) => {
      if (happened instanceof CustomEvent) tellEvent(event, happened.detail)
    })
  }
  return element
}

function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

const parent = new URLSearchParams(location.search).get('parent')
// Opened by itself, it has nobody to ask for a token.
if (parent !== null && window.parent !== window) void start(parent)
