import type { Alert } from './alert.ts'

/** An alert on its way. */
export interface Letter {
  readonly alert: Alert
  /** How often it was sent so far. */
  readonly attempts: number
  /** Of `performance.now()`; it waits until then. */
  readonly dueAt: number
  /** How many there was no room for it tells of; null until it was sent for the first time, since it then says the same. */
  readonly droppedBefore: number | null
}

/** The alerts that wait, each by itself: one that its receiver refuses holds up no other. */
export interface Outbox {
  /** Where there is no room a wall that was violated takes the place of the youngest other alert, and anything else is dropped. */
  add(alert: Alert): void
  /** The next that is due: a wall that was violated, or else the one that came first. It is out until one of the two below. */
  take(now: number): Letter | null
  putBack(letter: Letter, dueAt: number): void
  /** It was taken by its receiver, or is given up; then another has to tell of those that it told of. */
  finish(letter: Letter, isTaken: boolean): void
  /** When the next is due; null where none waits. */
  dueAt(): number | null
  /** How many were not sent: those that are here, and those that nobody was told of. */
  left(): number
}

export function createOutbox(size: number): Outbox {
  const waiting: Letter[] = []
  let out = 0
  let dropped = 0

  function drop(letter: Letter | undefined): void {
    dropped += 1 + (letter?.droppedBefore ?? 0)
  }

  return Object.freeze({
    add(alert: Alert) {
      if (waiting.length + out >= size) {
        const place = isUrgent(alert) ? waiting.findLastIndex((letter) => !isUrgent(letter.alert)) : -1
        drop(place === -1 ? undefined : waiting.splice(place, 1)[0])
        if (place === -1) return
      }
      waiting.push({ alert, attempts: 0, dueAt: Number.NEGATIVE_INFINITY, droppedBefore: null })
    },
    take(now: number) {
      const due = waiting.filter(({ dueAt }) => dueAt <= now)
      const letter = due.find(({ alert }) => isUrgent(alert)) ?? due[0]
      if (letter === undefined) return null
      waiting.splice(waiting.indexOf(letter), 1)
      out += 1
      const droppedBefore = letter.droppedBefore ?? dropped
      if (letter.droppedBefore === null) dropped = 0
      return { ...letter, droppedBefore, attempts: letter.attempts + 1 }
    },
    putBack(letter: Letter, dueAt: number) {
      out -= 1
      waiting.push({ ...letter, dueAt })
    },
    finish({ droppedBefore }: Letter, isTaken: boolean) {
      out -= 1
      if (!isTaken) dropped += droppedBefore ?? 0
    },
    dueAt: () => (waiting.length === 0 ? null : Math.min(...waiting.map(({ dueAt }) => dueAt))),
    left: () => waiting.reduce((sum, letter) => sum + 1 + (letter.droppedBefore ?? 0), dropped),
  })
}

function isUrgent({ rule }: Alert): boolean {
  return rule === 'wall_violated'
}
