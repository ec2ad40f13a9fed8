import { TesseraError } from '../errors.ts'

export interface Places {
  /**
   * Returns how to give it back, once.
   * @throws RATE_LIMITED where all are taken
   */
  take(owner: string): () => void
}

const retryAfterSeconds = 10

/** So many at a time for each owner. */
export function countPlaces(most: number, expected: (most: number) => string): Places {
  const taken = new Map<string, number>()
  return Object.freeze({
    take(owner: string) {
      const count = taken.get(owner) ?? 0
      if (count >= most)
        throw new TesseraError('RATE_LIMITED', { expected: expected(most), retryAfterSeconds })
      taken.set(owner, count + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        const left = (taken.get(owner) ?? 1) - 1
        if (left === 0) taken.delete(owner)
        else taken.set(owner, left)
      }
    },
  })
}
