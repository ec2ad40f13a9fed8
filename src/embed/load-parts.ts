import { fileOf } from './file-of.ts'

let loading: Promise<unknown> | null = null

/**
 * What stands around and beside the first picture: controls, menus, tables. It comes while the figures are asked for.
 * @throws TesseraError NOT_LOADED; the next call asks again
 */
export function loadParts(): Promise<unknown> {
  loading ??= fileOf(import('./parts.ts')).catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}
