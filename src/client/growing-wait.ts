const longestGrownMs = 30_000
const longestAskedSeconds = 600

/**
 * Twice as long each time, up to half a minute, scattered over the upper half so that all the pages of a server that
 * went away do not come back at once. What the server asks for, up to ten minutes, comes before: so a pause of 0 does not
 * make a page ask without end, nor one that no timer can hold.
 */
export function growingWaitMs(firstMs: number, again: number, askedSeconds: number, random: number): number {
  const grown = Math.min(firstMs * 2 ** Math.max(0, again), longestGrownMs)
  const asked = Math.min(Math.max(0, askedSeconds), longestAskedSeconds) * 1000
  return asked + grown * (0.5 + random / 2)
}
