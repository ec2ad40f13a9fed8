import { isAborted, type Problem } from '../states/problem.ts'

/** What is asked for one widget. Two questions with the same key have the same answer but for time. */
export interface Asked<Question> {
  readonly name: string
  readonly question: Question
  readonly key: string
}

export type Arrival<Answer> =
  | { readonly name: string; readonly answer: Answer }
  | { readonly name: string; readonly problem: Problem }

export interface WidgetState<Answer> {
  readonly phase: 'loading' | 'ready' | 'failed'
  /** The last good picture; of other controls than those in force while the next one loads. */
  readonly answer: Answer | null
  readonly problem: Problem | null
  /** Whether the picture is of the controls in force. */
  readonly isCurrent: boolean
}

interface Slot<Question, Answer> extends WidgetState<Answer> {
  readonly asked: Asked<Question>
  /** What the picture is the answer to. */
  readonly answered: Question | null
  /** The run that may fill it; any other one comes too late. */
  readonly run: object | null
}

export interface CycleOptions<Question, Answer> {
  /** Answers as they arrive; throws where the request as a whole failed. */
  readonly ask: (questions: readonly Asked<Question>[], signal: AbortSignal) => AsyncIterable<Arrival<Answer>>
  readonly problemOf: (error: unknown) => Problem
  /** Also told when nothing is being asked any more. */
  readonly onChange: () => void
}

export interface RequestCycle<Question, Answer> {
  /** What is to be seen from now on. Only what differs from what is seen is asked; whatever was under way ends. */
  show(questions: readonly Asked<Question>[]): void
  /** Asks again for what is seen: all of it, or what is named. */
  again(names?: readonly string[]): void
  /** Nothing that is seen is of now any more, and what is under way ends; the next `show` asks for all of it. */
  outdate(): void
  /** An answer that came by itself. It is no older than one that is under way, which then counts for nothing. */
  arrive(arrival: Arrival<Answer>): void
  stateOf(name: string): WidgetState<Answer>
  /** What the picture that is seen is the answer to; null where there is none. */
  answeredBy(name: string): Question | null
  readonly isBusy: boolean
  /** The names of those that failed. */
  readonly failed: readonly string[]
  stop(): void
}

const absent: WidgetState<never> = { phase: 'loading', answer: null, problem: null, isCurrent: false }

/**
 * Asks for the widgets of a dashboard in one request, again whenever the controls change. The request before is aborted,
 * its late answers count for nothing, and a picture stays until the next one has come.
 */
export function createRequestCycle<Question, Answer>(
  options: CycleOptions<Question, Answer>,
): RequestCycle<Question, Answer> {
  let slots: ReadonlyMap<string, Slot<Question, Answer>> = new Map()
  let runs: ReadonlyMap<object, AbortController> = new Map()

  const put = (slot: Slot<Question, Answer>) => {
    slots = new Map(slots).set(slot.asked.name, slot)
  }

  const settle = (slot: Slot<Question, Answer>, arrival: Arrival<Answer>) => {
    if ('answer' in arrival) {
      const { answer } = arrival
      const answered = slot.asked.question
      put({ ...slot, phase: 'ready', answer, answered, problem: null, isCurrent: true, run: null })
      return
    }
    // A picture of other controls beside an error would be taken for theirs.
    const answer = slot.isCurrent ? slot.answer : null
    put({ ...slot, phase: 'failed', answer, problem: arrival.problem, run: null })
  }

  const start = (names: ReadonlySet<string>) => {
    if (names.size === 0) return
    const run = {}
    const controller = new AbortController()
    runs = new Map(runs).set(run, controller)
    for (const slot of slots.values()) {
      if (names.has(slot.asked.name)) put({ ...slot, phase: 'loading', run })
    }
    const asked = [...slots.values()].filter((slot) => slot.run === run).map((slot) => slot.asked)
    void follow(run, asked, controller.signal)
  }

  const follow = async (run: object, asked: readonly Asked<Question>[], signal: AbortSignal) => {
    const waiting = () => [...slots.values()].filter((slot) => slot.run === run)
    try {
      for await (const arrival of options.ask(asked, signal)) {
        if (signal.aborted) return
        const slot = waiting().find((each) => each.asked.name === arrival.name)
        if (slot === undefined) continue
        settle(slot, arrival)
        options.onChange()
      }
      fail(waiting(), options.problemOf(new Error('The answer left them out.')))
    } catch (error) {
      if (!signal.aborted && !isAborted(error)) fail(waiting(), options.problemOf(error))
    } finally {
      runs = new Map([...runs].filter(([other]) => other !== run))
      if (!signal.aborted) options.onChange()
    }
  }

  const fail = (missing: readonly Slot<Question, Answer>[], problem: Problem) => {
    for (const slot of missing) settle(slot, { name: slot.asked.name, problem })
  }

  const abort = () => {
    for (const controller of runs.values()) controller.abort()
    runs = new Map()
  }

  return {
    show: (questions) => {
      const known = slots
      abort()
      slots = new Map(questions.map((asked) => [asked.name, slotFor(asked, known.get(asked.name))]))
      const open = [...slots.values()].filter(({ phase }) => phase !== 'ready')
      start(new Set(open.map(({ asked }) => asked.name)))
      options.onChange()
    },
    again: (names = [...slots.keys()]) => {
      start(new Set(names.filter((name) => slots.get(name)?.phase !== 'loading')))
      options.onChange()
    },
    outdate: () => {
      abort()
      for (const slot of slots.values()) put({ ...slot, phase: 'loading', isCurrent: false, run: null })
    },
    arrive: (arrival) => {
      const slot = slots.get(arrival.name)
      if (slot === undefined || ('problem' in arrival && slot.phase === 'loading')) return
      settle(slot, arrival)
      options.onChange()
    },
    stateOf: (name) => slots.get(name) ?? absent,
    answeredBy: (name) => {
      const slot = slots.get(name)
      return slot === undefined || slot.answer === null ? null : slot.answered
    },
    get isBusy() {
      return runs.size > 0
    },
    get failed() {
      return [...slots.values()].filter(({ phase }) => phase === 'failed').map(({ asked }) => asked.name)
    },
    stop: () => {
      abort()
      slots = new Map()
    },
  }
}

function slotFor<Question, Answer>(
  asked: Asked<Question>,
  before: Slot<Question, Answer> | undefined,
): Slot<Question, Answer> {
  if (before === undefined) return { ...absent, asked, answered: null, run: null }
  const isSame = before.asked.key === asked.key
  const isCurrent = isSame && before.isCurrent
  const phase = isSame && before.phase === 'ready' ? 'ready' : 'loading'
  return { ...before, asked, phase, isCurrent, problem: null, run: null }
}
