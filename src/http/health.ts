import { setTimeout as delay } from 'node:timers/promises'

/** A part that must be there before requests can be answered. Rejects, or takes too long, while it is not. */
export interface ReadinessCheck {
  readonly part: string
  readonly check: () => Promise<void>
}

export interface Readiness {
  readonly status: 'ok' | 'unavailable'
  /** The names of the parts, and nothing of why: it is public. */
  readonly notReady: readonly string[]
}

export interface ReadinessOptions {
  readonly timeoutMs?: number
  /** For so long one answer serves all who ask, so that asking costs next to nothing. */
  readonly maxAgeMs?: number
}

/** Never rejects and never hangs. */
export function createReadiness(
  checks: readonly ReadinessCheck[],
  { timeoutMs = 2_000, maxAgeMs = 500 }: ReadinessOptions = {},
): () => Promise<Readiness> {
  let latest: { readonly askedAt: number; readonly answer: Promise<Readiness> } | null = null

  async function ask(): Promise<Readiness> {
    const states = await Promise.all(checks.map(({ check }) => isReady(check, timeoutMs)))
    const notReady = checks.filter((_, index) => states[index] !== true).map(({ part }) => part)
    return { status: notReady.length === 0 ? 'ok' : 'unavailable', notReady }
  }

  return () => {
    const now = performance.now()
    if (latest === null || now - latest.askedAt > maxAgeMs) latest = { askedAt: now, answer: ask() }
    return latest.answer
  }
}

async function isReady(check: () => Promise<void>, timeoutMs: number): Promise<boolean> {
  const end = new AbortController()
  const late = delay(timeoutMs, false, { signal: end.signal }).catch(() => false)
  const ready = check().then(
    () => true,
    () => false,
  )
  const answer = await Promise.race([ready, late])
  end.abort()
  return answer
}
