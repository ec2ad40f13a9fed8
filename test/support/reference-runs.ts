import fc from 'fast-check'

/** How many cases a property is tried with: PERMISSIONS_CASES=100000 npx vitest run test/permissions. */
export const caseCount = Number(process.env.PERMISSIONS_CASES ?? 1_000)
/** Another seed makes other cases: PERMISSIONS_SEED=7. */
export const seed = Number(process.env.PERMISSIONS_SEED ?? 2_001)

/** Enough for the slowest machine that builds this. */
export const timeoutMs = 60_000 + caseCount * 40

/**
 * Tries generated values until there were as many cases. What fails is shrunk; the error names the seed and the least
 * value that fails.
 * @param tries gives the number of cases that a value was
 */
export async function forAll<Value>(
  of: fc.Arbitrary<Value>,
  tries: (value: Value) => Promise<number>,
  count = caseCount,
): Promise<void> {
  let tried = 0
  for (let part = 0; tried < count; part += 1) {
    const before = tried
    const property = fc.asyncProperty(of, async (value) => {
      tried += await tries(value)
    })
    await fc.assert(property, {
      seed: seed + part,
      numRuns: Math.min(200, 20 + Math.ceil((count - tried) / 5)),
    })
    if (tried === before) throw new Error('Nothing that is generated is a case.')
  }
}
