import { ask, post, type Sent } from './api.ts'
import {
  type Attempt,
  attempts,
  departuresOf,
  departuresQuery,
  departuresWhere,
  type Stage,
} from './attempts.ts'

/** Sends every attempt, one after the other, and shows how each ended. */
export async function cheat(section: HTMLElement): Promise<void> {
  const list = section.querySelector('.attempts')
  const summary = section.querySelector('.summary')
  if (list === null || summary === null) return
  list.replaceChildren()
  section.removeAttribute('data-done')
  summary.textContent = 'Sending …'
  const stage = await setStage(section)
  let held = 0
  for (const attempt of attempts) {
    const sent = await attempt.send(stage)
    const isHeld = attempt.held(sent, stage)
    if (isHeld) held += 1
    list.append(item(attempt, sent, isHeld))
  }
  summary.textContent =
    held === attempts.length
      ? `${held} of ${attempts.length} attempts came to nothing.`
      : `${attempts.length - held} of ${attempts.length} attempts got somewhere. This should never be: please report it.`
  section.dataset.done = String(held === attempts.length)
}

async function setStage({ dataset }: HTMLElement): Promise<Stage> {
  const { api = '', airport = '', other = '' } = dataset
  const [{ token: own = '' }, { narrow = '', locked = '', elsewhere = '', ended = '' }] = await Promise.all([
    post('/analytics-token', {}),
    post('/cheat-tokens', {}),
  ])
  const count = async (query: string) => departuresOf(await ask({ api, token: own, tokenIs: 'yours', query }))
  return {
    api,
    airport,
    other,
    tokens: { own, narrow, locked, elsewhere, ended },
    departures: await count(departuresQuery),
    toCalifornia: await count(departuresWhere('{ dimension: "destination_state", values: ["CA"] }')),
  }
}

/** With textContent alone: nothing that was sent or answered is ever read as HTML. */
function item({ title, why }: Attempt, sent: Sent, held: boolean): HTMLElement {
  const element = document.createElement('li')
  element.className = held ? 'held' : 'crossed'
  element.append(
    part('h2', title),
    part('pre', sent.request),
    part('p', outcome(sent), 'outcome'),
    part('p', why, 'why'),
  )
  return element
}

function part(name: string, text: string, className = ''): HTMLElement {
  const element = document.createElement(name)
  element.textContent = text
  if (className !== '') element.className = className
  return element
}

function outcome(sent: Sent): string {
  if (sent.code !== null) return `${sent.status} ${sent.code}`
  const { counter, viewer, dashboard } = sent.data
  if (counter !== undefined) return `${sent.status}: ${departuresOf(sent).toLocaleString('en')} departures`
  if (viewer !== undefined) return `${sent.status}: a token of ${String(Object(viewer).tenantId)}`
  return `${sent.status}: ${dashboard === null ? 'null' : JSON.stringify(sent.data)}`
}
