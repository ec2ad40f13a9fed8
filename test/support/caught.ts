/** What the work was refused with. */
export function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('Nothing was refused.')
    },
    (error: unknown) => error,
  )
}
