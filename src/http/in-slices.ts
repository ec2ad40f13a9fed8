/** A few milliseconds of a flood’s answers: with twenty 7,000 a second were answered on two cores, with forty all of 10,000. */
const atATime = 40
/** Whoever sends many at a time, without waiting for answers, must not make them pile up here. */
const waitingMax = 500

/**
 * Does small things in turn, a few between one look at the connections and the next: whoever comes meanwhile waits for those
 * few and not for all. The order stays.
 */
export function createSlices(): (thing: () => void) => void {
  let waiting: (() => void)[] = []

  function doSome(): void {
    const some = waiting.splice(0, atATime)
    if (waiting.length > 0) setImmediate(doSome)
    for (const thing of some) thing()
  }

  return (thing) => {
    if (waiting.length >= waitingMax) {
      const all = waiting
      waiting = []
      for (const each of all) each()
    }
    waiting.push(thing)
    if (waiting.length === 1) setImmediate(doSome)
  }
}
