import type { WidgetArguments } from '../../client/dashboard-data.ts'
import type { DrillDownQuery, PointInput } from '../../client/documents.generated.ts'
import type { Problem } from '../states/problem.ts'

type Page = NonNullable<DrillDownQuery['widget']>['drillDown']

export type RecordColumn = Page['columns'][number]
export type Row = Page['edges'][number]['node']

/** The records behind a figure, as far as they have been loaded. */
export interface RecordsState {
  readonly columns: readonly RecordColumn[]
  readonly rows: readonly Row[]
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly problem: Problem | null
  /** Where the next page starts; null after the last one. */
  readonly next: string | null
}

/** Which figure of which widget. */
export interface Drilled {
  readonly id: string
  readonly name: string
  readonly title: string
  /** Null for all of the widget's rows. */
  readonly at: PointInput | null
  /** What the figure was asked under. */
  readonly asked: WidgetArguments
}

export interface RecordsOptions {
  readonly load: (after: string | null, signal: AbortSignal) => Promise<DrillDownQuery>
  readonly problemOf: (error: unknown) => Problem
  readonly onChange: (state: RecordsState) => void
}

export interface Records {
  readonly state: RecordsState
  /** The next page, or the one that failed. Nothing while one is under way. */
  more(): Promise<void>
  stop(): void
}

export function createRecords({ load, problemOf, onChange }: RecordsOptions): Records {
  const stopping = new AbortController()
  let state: RecordsState = { columns: [], rows: [], phase: 'ready', problem: null, next: null }

  const set = (change: Partial<RecordsState>) => {
    state = { ...state, ...change }
    onChange(state)
  }

  return {
    get state() {
      return state
    },
    more: async () => {
      if (state.phase === 'loading') return
      set({ phase: 'loading', problem: null })
      try {
        const { widget } = await load(state.next, stopping.signal)
        if (stopping.signal.aborted) return
        if (widget === null) throw new Error('The widget is not there any more.')
        const { columns, edges, pageInfo } = widget.drillDown
        const rows = [...state.rows, ...edges.map(({ node }) => node)]
        set({ columns, rows, phase: 'ready', next: pageInfo.hasNextPage ? pageInfo.endCursor : null })
      } catch (error) {
        if (!stopping.signal.aborted) set({ phase: 'failed', problem: problemOf(error) })
      }
    },
    stop: () => stopping.abort(),
  }
}
