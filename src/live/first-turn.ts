/** Turns of one whom a question can be asked as. */
export interface Turns {
  /** Whether there is one at once. */
  readonly isFree: () => boolean
  /**
   * Runs when there is one.
   * @throws RATE_LIMITED where too many wait
   */
  readonly inTurn: <Result>(run: () => Promise<Result>) => Promise<Result>
}

export interface FirstTurn<Member, Result> {
  /** Null where all who waited have left. */
  readonly result: Promise<Result | null>
  /** Has one more wait for a turn. */
  readonly offer: (member: Member) => void
}

/**
 * Runs once, as the member who has a turn first: at once where anybody has one, and otherwise all of them wait. So nobody
 * keeps the others waiting in a line of her own, and who has left before her turn is passed over.
 * @param members those who have not left
 */
export function runInFirstTurn<Member extends { readonly turns: Turns }, Result>(
  members: ReadonlySet<Member>,
  run: (member: Member) => Promise<Result | null>,
): FirstTurn<Member, Result> {
  let isTaken = false
  let waiting = 0
  let settle: { resolve(result: Promise<Result | null> | null): void; reject(error: unknown): void }
  const result = new Promise<Result | null>((resolve, reject) => {
    settle = { resolve, reject }
  })

  function offer(member: Member): void {
    if (isTaken) return
    waiting += 1
    const turn = member.turns.inTurn(async () => {
      if (isTaken || !members.has(member)) return
      isTaken = true
      const running = run(member)
      settle.resolve(running)
      await running
    })
    turn.then(
      () => leaveLine(() => settle.resolve(null)),
      (error) => leaveLine(() => settle.reject(error)),
    )
  }

  function leaveLine(end: () => void): void {
    waiting -= 1
    if (waiting === 0 && !isTaken) end()
  }

  const free = firstOf(members, ({ turns }) => turns.isFree())
  for (const member of free === null ? [...members] : [free]) offer(member)
  return { result, offer }
}

function firstOf<Member>(members: Iterable<Member>, is: (member: Member) => boolean): Member | null {
  for (const member of members) if (is(member)) return member
  return null
}
