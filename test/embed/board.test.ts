import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ControlsIn, type ControlsState, untouched } from '../../src/embed/controls/controls-state.ts'
import { createWishes } from '../../src/embed/controls/wishes.ts'
import type { Board } from '../../src/embed/dashboard/board.ts'
import { createBoard } from '../../src/embed/dashboard/create-board.ts'
import { readSettings } from '../../src/embed/element/settings.ts'
import { problem, problemOf } from '../../src/embed/states/problem.ts'
import { type ScriptedClient, scriptedClient } from '../support/scripted-client.ts'
import { counter, shown } from '../support/scripted-dashboard.ts'

const total = shown.dashboard.widgets.filter(({ name }) => name === 'total')
const viewerOf = (subject: string | null) => ({ ...shown.viewer, subject })

let open: Board | null = null

afterEach(() => open?.stop())

interface Shown {
  readonly board: Board
  readonly api: ScriptedClient
  /** What the controls said after they were forgotten. */
  readonly forgotten: readonly ControlsState[]
  choose(next: ControlsState): void
  /** The figure that is seen, and whether it is of now. */
  seen(): unknown
}

/** A board of one widget that shows 1, once it does. */
async function shownBoard(subject: string | null, controls: ControlsIn = () => untouched): Promise<Shown> {
  const api = scriptedClient({
    DashboardDefinition: () => ({ data: { dashboard: { ...shown.dashboard, widgets: total } } }),
    Viewer: () => ({ data: { viewer: viewerOf(subject) } }),
  })
  api.figure = () => counter(1)
  const wishes = createWishes(controls)
  const forgotten: ControlsState[] = []
  const board: Board = createBoard({
    ...{ client: api.client, dashboard: 'sales', widget: null, wishes, timeZone: 'Europe/Berlin' },
    problemOf: (error) => problemOf(error),
    onChange: () => {},
    onForgotten: () => forgotten.push(board.controls),
  })
  open = board
  const seen = () => {
    const { answer, isCurrent } = board.stateOf('total')
    return [answer?.__typename === 'Counter' ? answer.value : null, isCurrent]
  }
  await vi.waitFor(() => expect(seen()).toEqual([1, true]))
  const choose = (next: ControlsState) => {
    wishes.choose(() => next)
    board.follow()
  }
  return { board, api, forgotten, choose, seen }
}

function argumentsIn({ board }: Shown): unknown {
  const [widget] = board.view.phase === 'ready' ? board.view.definition.dashboard.widgets : []
  return widget && board.argumentsOf(widget)
}

describe('starting again', () => {
  test('asks for every figure anew, also where all that the viewer says of itself is the same', async () => {
    const all = await shownBoard(null)
    all.api.figure = () => counter(2)
    all.board.restart(true)
    expect(all.seen()).toEqual([1, false])
    await vi.waitFor(() => expect(all.seen()).toEqual([2, true]))
    expect(all.api.asked).toHaveLength(2)
  })

  test.each([
    ['a subject that goes on', 'ada', 'ada', 1],
    ['another subject', 'ada', 'eve', null],
    ['nobody in particular', null, null, null],
  ])('keeps the pictures of %s until the next ones come', async (_, before, after, kept) => {
    const all = await shownBoard(before)
    all.api.figure = () => new Promise(() => {})
    all.api.answers.Viewer = () => ({ data: { viewer: viewerOf(after) } })
    all.board.restart(true)
    await vi.waitFor(() => expect(all.api.asked).toHaveLength(2))
    expect(all.seen()).toEqual([kept, false])
  })

  test('shows nobody the pictures of before where it is not known who looks, also before the API answers', async () => {
    const all = await shownBoard('ada')
    all.board.restart()
    expect([all.board.view.phase, all.seen()]).toEqual(['ready', [null, false]])
  })

  const west: ControlsState = { ...untouched, filters: { region: ['West'] } }

  test.each([
    ['goes on for its viewer', 'ada', west, []],
    ['is nothing to another one, which is told', 'eve', untouched, [untouched]],
  ])('what was chosen %s', async (_, subject, state, told) => {
    const all = await shownBoard('ada')
    all.choose(west)
    await vi.waitFor(() => expect(all.api.asked).toHaveLength(2))
    all.api.answers.Viewer = () => ({ data: { viewer: viewerOf(subject) } })
    all.board.restart()
    await vi.waitFor(() => expect(all.api.asked).toHaveLength(3))
    expect([all.board.controls, all.forgotten]).toEqual([state, told])
    expect(all.api.asked[2]?.filters).toEqual(all.api.asked[subject === 'ada' ? 1 : 0]?.filters)
  })
})

describe('what was asked first', () => {
  test('is on its way as long as the next viewer is not known', async () => {
    const all = await shownBoard('ada')
    all.api.figure = () => new Promise(() => {})
    all.board.refresh()
    all.board.restart()
    expect([all.board.view.phase, all.board.isBusy]).toEqual(['ready', true])
  })
})

test('a dashboard that failed as a whole is asked for again by whoever refreshes it', async () => {
  const all = await shownBoard('ada')
  const { DashboardDefinition } = all.api.answers
  all.api.answers.DashboardDefinition = () => ({
    errors: [{ message: 'text', extensions: { code: 'INTERNAL' } }],
  })
  all.board.restart()
  await vi.waitFor(() => expect(all.board.view).toEqual({ phase: 'failed', problem: problem('INTERNAL') }))
  Object.assign(all.api.answers, { DashboardDefinition })
  all.board.refresh()
  await vi.waitFor(() => expect(all.seen()).toEqual([1, true]))
})

test('a filter that the dashboard does not have is refused whenever it is set, until another is', async () => {
  const all = await shownBoard('ada')
  all.choose({ ...untouched, filters: { nope: ['x'] } })
  const found = problem('BAD_USER_INPUT', {
    ...{ argument: 'filters.nope', expected: 'a filter of the dashboard' },
  })
  expect([all.board.view, all.seen()]).toEqual([{ phase: 'failed', problem: found }, [null, false]])
  all.choose({ ...untouched, filters: { region: ['West'] } })
  await vi.waitFor(() => expect(all.seen()).toEqual([1, true]))
  expect(argumentsIn(all)).toEqual({
    timeZone: 'Europe/Berlin',
    filters: [{ dimension: 'region', operator: 'EQUALS', values: ['West'] }],
  })
})

describe('two days that a host names', () => {
  const march = readSettings({ period: '2001-03-01/2001-03-31', compare: null, grain: null, filters: null })
  const controls = 'controls' in march ? march.controls : () => untouched

  test('begin and end in the zone that the token grants, not in the one that was wished for', async () => {
    const timeZones = { all: false, names: ['UTC'] }
    const api = scriptedClient({
      DashboardDefinition: () => ({ data: { dashboard: { ...shown.dashboard, widgets: total } } }),
      Viewer: () => ({
        data: { viewer: { ...shown.viewer, permissions: { ...shown.viewer.permissions, timeZones } } },
      }),
    })
    api.figure = () => counter(1)
    open = createBoard({
      ...{ client: api.client, dashboard: 'sales', widget: null, timeZone: 'Europe/Berlin' },
      wishes: createWishes(controls),
      problemOf: (error) => problemOf(error),
      onChange: () => {},
      onForgotten: () => {},
    })
    await vi.waitFor(() => expect(api.asked).toHaveLength(1))
    const inUtc = { between: { start: '2001-03-01T00:00:00.000Z', stop: '2001-04-01T00:00:00.000Z' } }
    expect(api.asked).toEqual([{ w0: 'total', timeRange: inUtc, timeZone: 'UTC' }])
    expect([open.controls.timeRange, open.initialControls.timeRange]).toEqual([inUtc, inUtc])
  })

  test('are those of the zone that was wished for where the token grants it', async () => {
    const { api } = await shownBoard('ada', controls)
    const inBerlin = { between: { start: '2001-02-28T23:00:00.000Z', stop: '2001-03-31T22:00:00.000Z' } }
    expect(api.asked).toEqual([{ w0: 'total', timeRange: inBerlin, timeZone: 'Europe/Berlin' }])
  })
})

test('a picture goes with what it was asked under, while figures of other controls are on their way', async () => {
  const all = await shownBoard('ada')
  let answer = (_: object) => {}
  all.api.figure = () => new Promise((resolve) => (answer = resolve))
  all.choose({ ...untouched, timeRange: { period: 'today' } })
  await vi.waitFor(() => expect(all.api.asked).toHaveLength(2))
  expect(argumentsIn(all)).toEqual({ timeZone: 'Europe/Berlin' })
  answer(counter(5))
  await vi.waitFor(() => expect(all.seen()).toEqual([5, true]))
  expect(argumentsIn(all)).toEqual({ timeRange: { period: 'today' }, timeZone: 'Europe/Berlin' })
})

describe('live figures', () => {
  const event = (value: number) => ({ dashboardData: { widget: { id: 'total' }, data: counter(value) } })

  async function following(): Promise<Shown & { send(value: number): void }> {
    const all = await shownBoard('ada')
    all.board.setLive(5)
    await vi.waitFor(() => expect(all.api.live.size).toBe(1))
    return { ...all, send: (value) => [...all.api.live][0]?.(event(value)) }
  }

  test('end with their dashboard', async () => {
    const all = await following()
    all.api.answers.DashboardDefinition = () => ({ data: { dashboard: null } })
    all.board.restart()
    // A page that is seen again meanwhile follows what it still shows.
    all.board.setLive(6)
    await vi.waitFor(() => expect(all.board.view.phase).toBe('failed'))
    expect(all.api.live.size).toBe(0)
  })

  test('are shown though they come while the same is being asked for, and outlast what is asked', async () => {
    const all = await following()
    let answer = (_: object) => {}
    all.api.figure = () => new Promise((resolve) => (answer = resolve))
    all.board.refresh()
    await vi.waitFor(() => expect(all.api.asked).toHaveLength(2))
    all.send(7)
    await vi.waitFor(() => expect(all.seen()).toEqual([7, true]))
    answer(counter(6))
    await vi.waitFor(() => expect(all.board.isBusy).toBe(false))
    expect(all.seen()).toEqual([7, true])
  })
})
