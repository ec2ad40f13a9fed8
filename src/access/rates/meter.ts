import type { Spend } from './rates.ts'

/** What one request pays for. */
export interface Meter {
  /**
   * Pays for the operation as it is written; as many questions are paid for with it.
   * @throws RATE_LIMITED
   */
  admit(points: number): Promise<void>
  /**
   * Pays for a question that is not paid for yet.
   * @throws RATE_LIMITED
   */
  question(): Promise<void>
}

export function createMeter(spend: Spend): Meter {
  let admitted = 0
  let prepaid = 0
  return Object.freeze({
    admit: async (points: number) => {
      const missing = points - admitted
      if (missing <= 0) return
      await spend(missing)
      admitted += missing
      prepaid += missing
    },
    question: async () => {
      if (prepaid === 0) return spend(1)
      prepaid -= 1
    },
  })
}

/** Of what was paid for when it was asked for. */
export const freeOfCharge: Meter = Object.freeze({
  admit: async () => undefined,
  question: async () => undefined,
})

/** A request is one, whatever it asks and however wrong it is. */
export async function begun(meter: Meter): Promise<Meter> {
  await meter.admit(1)
  return meter
}
