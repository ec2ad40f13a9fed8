import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** All that nobody holds is gone after it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('Nothing can be collected.')
  collect()
}
