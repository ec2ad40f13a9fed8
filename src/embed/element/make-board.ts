import type { Wishes } from '../controls/wishes.ts'
import type { Board } from '../dashboard/board.ts'
import { createBoard } from '../dashboard/create-board.ts'
import { apiAddress } from '../session/api-address.ts'
import { clientFor, type TokenSettings } from '../session/session.ts'
import { type Problem, problem, problemOf } from '../states/problem.ts'

export interface BoardSettings {
  /** As they are whenever something is asked. */
  readonly access: TokenSettings
  readonly api: string | null | undefined
  readonly dashboard: string | null | undefined
  /** Null for all of the dashboard. */
  readonly widget: string | null
  readonly timeZone: string
  readonly wishes: Wishes
  readonly onChange: () => void
  readonly onForgotten: () => void
}

export type MadeBoard = { readonly board: Board } | { readonly problem: Problem }

/** What an element shows, or what its page has left out. */
export function makeBoard(settings: BoardSettings): MadeBoard {
  const { access, api, dashboard, widget, ...rest } = settings
  if (!dashboard) return missing('dashboard', 'the name of a dashboard')
  if (widget === '') return missing('widget', 'the name of a widget')
  const address = apiAddress(api, document.baseURI, import.meta.url)
  if (address === null) return missing('api', 'the address of the API')
  const client = clientFor(address, access)
  if (client === null) return missing('token-endpoint', 'token-endpoint, token or the property getToken')
  const of = (error: unknown) => problemOf(error, navigator.onLine)
  return { board: createBoard({ client, dashboard, widget, ...rest, problemOf: of }) }
}

function missing(argument: string, expected: string): { readonly problem: Problem } {
  return { problem: problem('NOT_SET_UP', { argument, expected }) }
}
