import type { Problem } from './problem.ts'

const mostRemembered = 200
const told = new Set<string>()

/** Tells the developer once of each problem; the same one again is no news. */
export function tellDeveloper(problem: Problem, about: string): void {
  const key = `${about} ${problem.code} ${problem.argument ?? ''}`
  if (told.has(key)) return
  if (told.size >= mostRemembered) told.clear()
  told.add(key)
  void tell(problem, about)
}

/** What to check is loaded with the first problem; where it does not come, the code alone is told. */
async function tell(problem: Problem, about: string): Promise<void> {
  const text = await import('./advice.ts').then(
    ({ adviceFor }) => adviceFor(problem, about),
    () => `[tessera] ${about}: ${problem.code}.`,
  )
  // biome-ignore lint/suspicious/noConsole: the console of the page is where its developer looks
  console.error(text)
}
