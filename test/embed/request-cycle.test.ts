import { describe, expect, test } from 'vitest'
import { type Arrival, createRequestCycle } from '../../src/embed/dashboard/request-cycle.ts'
import { problem } from '../../src/embed/states/problem.ts'

const failure = problem('INTERNAL')

/** A server whose answers are let through one by one. */
function server() {
  const runs: {
    names: string[]
    signal: AbortSignal
    answer(arrival: Arrival<string>): Promise<void>
    end(error?: Error): Promise<void>
  }[] = []
  const ask = (asked: readonly { readonly name: string; readonly key: string }[], signal: AbortSignal) => {
    const waiting: (() => void)[] = []
    const items: (Arrival<string> | Error | null)[] = []
    const push = async (item: Arrival<string> | Error | null) => {
      items.push(item)
      waiting.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    runs.push({
      names: asked.map(({ name, key }) => `${name}:${key}`),
      signal,
      answer: push,
      end: (error) => push(error ?? null),
    })
    return (async function* () {
      for (;;) {
        if (items.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
        const item = items.shift()
        if (item instanceof Error) throw item
        if (item == null) return
        yield item
      }
    })()
  }
  const cycle = createRequestCycle<null, string>({ ask, problemOf: () => failure, onChange: () => {} })
  const show = (keys: Readonly<Record<string, string>>) =>
    cycle.show(Object.entries(keys).map(([name, key]) => ({ name, key, question: null })))
  const run = (index: number) => {
    const found = runs[index]
    if (found === undefined) throw new Error(`There was no run ${index}.`)
    return found
  }
  return { cycle, show, run, runs }
}

const ready = (answer: string) => ({ phase: 'ready', answer, problem: null, isCurrent: true })

function stateOf({ cycle }: ReturnType<typeof server>, name: string) {
  const { phase, answer, problem: found, isCurrent } = cycle.stateOf(name)
  return { phase, answer, problem: found, isCurrent }
}

describe('one request for all widgets', () => {
  test('fills them in as they come', async () => {
    const all = server()
    all.show({ a: '1', b: '1' })
    expect(all.run(0).names).toEqual(['a:1', 'b:1'])
    await all.run(0).answer({ name: 'b', answer: 'B' })
    expect([stateOf(all, 'a').phase, stateOf(all, 'b')]).toEqual(['loading', ready('B')])
    await all.run(0).answer({ name: 'a', answer: 'A' })
    await all.run(0).end()
    expect([stateOf(all, 'a'), all.cycle.isBusy]).toEqual([ready('A'), false])
  })

  test('fails one widget and no other', async () => {
    const all = server()
    all.show({ a: '1', b: '1' })
    await all.run(0).answer({ name: 'a', problem: failure })
    await all.run(0).answer({ name: 'b', answer: 'B' })
    await all.run(0).end()
    expect([stateOf(all, 'a').problem, stateOf(all, 'b'), all.cycle.failed]).toEqual([
      failure,
      ready('B'),
      ['a'],
    ])
  })

  test('fails those that are missing where it breaks off', async () => {
    const all = server()
    all.show({ a: '1', b: '1' })
    await all.run(0).answer({ name: 'a', answer: 'A' })
    await all.run(0).end(new Error('connection lost'))
    expect([stateOf(all, 'a'), stateOf(all, 'b').phase]).toEqual([ready('A'), 'failed'])
  })
})

describe('a change of the controls', () => {
  test('aborts the request before and keeps the last good picture until the next one has come', async () => {
    const all = server()
    all.show({ a: '1' })
    await all.run(0).answer({ name: 'a', answer: 'first' })
    await all.run(0).end()
    all.show({ a: '2' })
    all.show({ a: '3' })
    expect(all.run(1).signal.aborted).toBe(true)
    expect(stateOf(all, 'a')).toEqual({ phase: 'loading', answer: 'first', problem: null, isCurrent: false })
    await all.run(2).answer({ name: 'a', answer: 'third' })
    expect(stateOf(all, 'a')).toEqual(ready('third'))
  })

  test('never shows a late answer of a request that was aborted', async () => {
    const all = server()
    all.show({ a: '1' })
    all.show({ a: '2' })
    await all.run(1).answer({ name: 'a', answer: 'second' })
    await all.run(0).answer({ name: 'a', answer: 'first, late' })
    expect(stateOf(all, 'a')).toEqual(ready('second'))
  })

  test('asks for nothing but what differs', async () => {
    const all = server()
    all.show({ a: '1', b: '1' })
    await all.run(0).answer({ name: 'a', answer: 'A' })
    await all.run(0).answer({ name: 'b', answer: 'B' })
    await all.run(0).end()
    all.show({ a: '1', b: '2' })
    expect([all.run(1).names, stateOf(all, 'a')]).toEqual([['b:2'], ready('A')])
  })

  test('drops a picture of other controls where the new one fails', async () => {
    const all = server()
    all.show({ a: '1' })
    await all.run(0).answer({ name: 'a', answer: 'first' })
    all.show({ a: '2' })
    await all.run(1).answer({ name: 'a', problem: failure })
    expect(stateOf(all, 'a')).toEqual({ phase: 'failed', answer: null, problem: failure, isCurrent: false })
  })
})

describe('asking again', () => {
  test('keeps the picture of the same controls where it fails', async () => {
    const all = server()
    all.show({ a: '1' })
    await all.run(0).answer({ name: 'a', answer: 'first' })
    await all.run(0).end()
    all.cycle.again()
    await all.run(1).end(new Error('offline'))
    expect(stateOf(all, 'a')).toEqual({ phase: 'failed', answer: 'first', problem: failure, isCurrent: true })
  })

  test('of one widget leaves a request for others under way', async () => {
    const all = server()
    all.show({ a: '1', b: '1' })
    await all.run(0).answer({ name: 'a', problem: failure })
    all.cycle.again(['a', 'b'])
    expect([all.run(1).names, all.run(0).signal.aborted]).toEqual([['a:1'], false])
    await all.run(0).answer({ name: 'b', answer: 'B' })
    await all.run(1).answer({ name: 'a', answer: 'A' })
    expect([stateOf(all, 'a'), stateOf(all, 'b')]).toEqual([ready('A'), ready('B')])
  })
})

describe('what comes by itself', () => {
  test('is shown, and takes the place of what is being asked for', async () => {
    const all = server()
    all.show({ a: '1' })
    all.cycle.arrive({ name: 'gone', answer: 'of no widget' })
    all.cycle.arrive({ name: 'a', answer: 'live' })
    expect(stateOf(all, 'a')).toEqual(ready('live'))
    await all.run(0).answer({ name: 'a', answer: 'asked before' })
    await all.run(0).end()
    expect([stateOf(all, 'a'), all.cycle.isBusy]).toEqual([ready('live'), false])
  })

  test('as a failure counts for nothing while an answer is under way', async () => {
    const all = server()
    all.show({ a: '1' })
    all.cycle.arrive({ name: 'a', problem: failure })
    expect(stateOf(all, 'a').phase).toBe('loading')
    await all.run(0).answer({ name: 'a', answer: 'asked' })
    all.cycle.arrive({ name: 'a', problem: failure })
    expect(stateOf(all, 'a')).toEqual({ phase: 'failed', answer: 'asked', problem: failure, isCurrent: true })
  })
})
