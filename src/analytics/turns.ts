/** Waits until the token may run one more statement. */
export type InTurn = <Result>(run: () => Promise<Result>) => Promise<Result>

/** A turn that is held until the stream is over, however slowly it is taken. */
export async function* streamInTurn<Item>(
  inTurn: InTurn,
  signal: AbortSignal,
  start: () => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  let finish = () => {}
  const over = new Promise<void>((resolve) => {
    finish = resolve
  })
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      inTurn(async () => {
        resolve()
        await over
      }).catch(reject)
    })
    signal.throwIfAborted()
    yield* start()
  } finally {
    finish()
  }
}
