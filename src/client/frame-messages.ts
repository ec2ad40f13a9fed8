import { isObject } from './object.ts'
import { TesseraError } from './tessera-error.ts'

/** As much of a MessagePort as is used, which pages and Node type differently. */
export interface Port {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
  close(): void
}

export function isPort(port: unknown): port is Port {
  return typeof port === 'object' && port !== null && 'postMessage' in port && 'onmessage' in port
}

/** As much of a window of another origin as there is. */
export interface FarWindow {
  postMessage(message: unknown, targetOrigin: string, transfer?: unknown[]): void
}

/** Said by the frame to the page around it, until it is connected. `visit` is made anew by each load of the frame. */
export interface ReadyMessage {
  readonly type: 'tessera:ready'
  readonly visit: string
}

/** Said by the page to its frame, with the port that everything else goes through. */
export interface ConnectMessage {
  readonly type: 'tessera:connect'
  readonly visit: string
}

/** Through the port, by the frame. */
export type FrameMessage =
  /** `instead` is the token that it has had; another one is wanted. */
  | { readonly type: 'token'; readonly id: number; readonly instead: string | null }
  | { readonly type: 'height'; readonly height: number }
  | { readonly type: 'event'; readonly name: string; readonly detail: unknown }

/** Through the port, by the page. */
export type PageMessage =
  | { readonly type: 'token'; readonly id: number; readonly token: string }
  | { readonly type: 'token'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'attributes'; readonly attributes: Readonly<Record<string, string>> }

/** @returns null for what is no such message, whoever sent it */
export function readyIn(data: unknown): ReadyMessage | null {
  if (!isObject(data) || data.type !== 'tessera:ready' || !isVisit(data.visit)) return null
  return { type: 'tessera:ready', visit: data.visit }
}

/** @returns null for what is no such message, whoever sent it */
export function connectIn(data: unknown): ConnectMessage | null {
  if (!isObject(data) || data.type !== 'tessera:connect' || !isVisit(data.visit)) return null
  return { type: 'tessera:connect', visit: data.visit }
}

const tallest = 100_000

export function frameMessageIn(data: unknown): FrameMessage | null {
  if (!isObject(data)) return null
  const { type, id, instead, height, name, detail } = data
  if (type === 'token' && typeof id === 'number') {
    return { type, id, instead: typeof instead === 'string' ? instead : null }
  }
  if (type === 'height' && typeof height === 'number' && height >= 0 && height <= tallest) {
    return { type, height }
  }
  return type === 'event' && typeof name === 'string' ? { type, name, detail } : null
}

export function pageMessageIn(data: unknown): PageMessage | null {
  if (!isObject(data)) return null
  const { type, id, token, code, message, attributes } = data
  if (type === 'attributes' && isObject(attributes)) return { type, attributes: textsIn(attributes) }
  if (type !== 'token' || typeof id !== 'number') return null
  if (typeof token === 'string') return { type, id, token }
  return typeof code === 'string' && typeof message === 'string' ? { type, id, code, message } : null
}

function textsIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(values).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function isVisit(visit: unknown): visit is string {
  return typeof visit === 'string' && visit.length >= 16 && visit.length <= 64
}

export function tokenError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof TesseraError) return { code: error.code, message: error.message }
  return { code: 'TOKEN_UNAVAILABLE', message: 'The page was asked for a token and gave none.' }
}
