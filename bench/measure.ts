/** Milliseconds of each named thing, measured in alternating rounds so that a drift of the machine hits all alike. */
export async function alternate(
  things: Readonly<Record<string, () => Promise<unknown>>>,
  { rounds, warmup }: { readonly rounds: number; readonly warmup: number },
): Promise<Readonly<Record<string, number>>> {
  const names = Object.keys(things)
  const times = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = -warmup; round < rounds; round++) {
    for (const name of names) {
      const started = performance.now()
      await things[name]?.()
      if (round >= 0) times.get(name)?.push(performance.now() - started)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])]))
}

/** How many a second, with so many in flight, for so long. */
export async function perSecond(
  thing: () => Promise<unknown>,
  { inFlight, durationMs }: { readonly inFlight: number; readonly durationMs: number },
): Promise<number> {
  const until = performance.now() + durationMs
  let done = 0
  const one = async () => {
    while (performance.now() < until) {
      await thing()
      done += 1
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: inFlight }, one))
  return (done * 1000) / (performance.now() - started)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
