import { LitElement } from 'lit'
import type { MessageOverrides } from '../messages/en.ts'
import type { GetToken } from '../session/session.ts'

/** What a page says of its elements: attributes, and properties of the same names. */
export abstract class HostElement extends LitElement {
  static override readonly properties = {
    api: {},
    dashboard: {},
    token: {},
    tokenEndpoint: { attribute: 'token-endpoint' },
    getToken: { attribute: false },
    locale: {},
    timeZone: { attribute: 'time-zone' },
    theme: {},
    messages: { attribute: false },
    period: {},
    compare: {},
    grain: {},
    filters: { hasChanged: isOther },
    controlsState: { attribute: false, noAccessor: true },
    live: {},
    headingLevel: { attribute: 'heading-level', type: Number },
  }

  /** The address of the API; without it, where the script came from. */
  declare api: string | null | undefined
  declare dashboard: string | null
  declare token: string | null
  declare tokenEndpoint: string | null
  declare getToken: GetToken | null | undefined
  declare locale: string | null
  declare timeZone: string | null
  declare theme: 'light' | 'dark' | 'auto' | null
  declare messages: MessageOverrides | null | undefined
  declare period: string | null
  declare compare: string | null
  declare grain: string | null
  /** Lists of values by the names of the dashboard's filters; as an attribute, JSON. */
  declare filters: Readonly<Record<string, readonly unknown[]>> | string | null
  /** Seconds between figures; nothing but its name, or true, for ten. */
  declare live: boolean | number | string | null | undefined
  declare headingLevel: number | null | undefined

  constructor() {
    super()
    this.api = null
    this.dashboard = null
    this.token = null
    this.tokenEndpoint = null
    this.getToken = null
    this.locale = null
    this.timeZone = null
    this.theme = null
    this.messages = null
    this.period = null
    this.compare = null
    this.grain = null
    this.filters = null
    this.live = null
    this.headingLevel = null
  }

  protected get level(): number {
    const { headingLevel } = this
    return Number.isInteger(headingLevel) && headingLevel ? headingLevel : 2
  }
}

/** Frameworks make an equal object anew with everything that they render. */
function isOther(a: unknown, b: unknown): boolean {
  try {
    return JSON.stringify(a) !== JSON.stringify(b)
  } catch {
    return true
  }
}
