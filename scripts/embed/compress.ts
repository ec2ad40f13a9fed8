import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** How hard to try: `smallest` for what is delivered, `fast` for what is built again in a moment. */
export type Effort = 'smallest' | 'fast'

export interface Compressed {
  readonly br: Uint8Array
  readonly gz: Uint8Array
}

/** Brotli at its best takes 1.5 s for a megabyte of scripts, at 5 a twentieth of that for a tenth more bytes. */
export async function compress(content: Uint8Array, effort: Effort): Promise<Compressed> {
  const [br, gz] = await Promise.all([
    brotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: effort === 'smallest' ? 11 : 5,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }),
    gzipped(content, { level: effort === 'smallest' ? 9 : 6 }),
  ])
  return { br, gz }
}
