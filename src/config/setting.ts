import { z } from 'zod'
import { type Network, parseNetwork } from '../access/networks.ts'

/** One variable of the environment. All of them together are also the documented list, docs/settings.md. */
export interface Setting<T> {
  /** Of the text, never undefined: what is unset has the default or is undefined. */
  readonly schema: z.ZodType<T, string>
  readonly default?: string
  /** What would be right, in words. */
  readonly expected: string
  readonly about: string
  /** Then no message shows what was given. */
  readonly secret?: true
}

/** Keeps each entry's own type. */
export function setting<T>(entry: Setting<T>): Setting<T> {
  return Object.freeze(entry)
}

export const countSchema = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)
export const countForm = 'a whole number from 0 to 9999999'

export const rateSchema = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number)
export const rateForm = 'a whole number from 1 to 9999999'

export const networksSchema = z.string().transform(parseNetworks)
export const networksForm = 'address ranges between commas, such as 10.0.0.0/8, or single addresses'

export function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocols.includes(protocol) && hostname !== ''
}

function parseNetworks(text: string, context: z.RefinementCtx): readonly Network[] {
  const networks = text.split(',').map((part) => parseNetwork(part.trim()))
  if (networks.every((network) => network !== null)) return Object.freeze(networks)
  context.addIssue('not networks')
  return z.NEVER
}
