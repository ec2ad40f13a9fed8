import { isEmptyAnswer } from './answers.ts'
import type { Finding, Outcome } from './attempt.ts'
import type { Context } from './context.ts'

export type Counts = Readonly<Record<Outcome | 'tried', number>>

export interface GroupReport extends Counts {
  readonly name: string
}

export interface Located extends Finding {
  readonly group: string
}

/**
 * `held`: all was tried and nothing crossed. `crossed`: something did. `failed`: the server failed somewhere, which can hide
 * a hole. `unfinished`: the time was over. `proves nothing`: the two tenants cannot be told apart.
 */
export type Verdict = 'held' | 'crossed' | 'failed' | 'unfinished' | 'proves nothing'

export interface Report {
  readonly url: string
  readonly tenants: readonly string[]
  /** RFC 3339. */
  readonly startedAt: string
  readonly seconds: number
  readonly requests: number
  /** One check in so many was tried; 1 where it was each of them. */
  readonly every: number
  readonly verdict: Verdict
  readonly groups: readonly GroupReport[]
  readonly crossings: readonly Located[]
  readonly failures: readonly Located[]
  readonly inconclusive: readonly Located[]
  readonly notTried: readonly string[]
}

export const exitCodes: Readonly<Record<Verdict, 0 | 1 | 2>> = Object.freeze({
  held: 0,
  crossed: 1,
  failed: 2,
  unfinished: 2,
  'proves nothing': 2,
})

export function verdictOf(ran: {
  readonly groups: readonly GroupReport[]
  readonly isFinished: boolean
  readonly context: Context
}): Verdict {
  const { groups, isFinished, context } = ran
  if (groups.some(({ crossed }) => crossed > 0)) return 'crossed'
  if (groups.some(({ failed }) => failed > 0)) return 'failed'
  if (!isFinished) return 'unfinished'
  return canTell(context) ? 'held' : 'proves nothing'
}

/** Each of the two must be shown something, and not the same. */
function canTell({ baselines }: Context): boolean {
  return [...baselines.values()].some(
    ({ differs, replies }) => differs && [...replies.values()].every(({ data }) => !isEmptyAnswer(data)),
  )
}

const columns = ['tried', 'refused', 'own', 'empty', 'inconclusive', 'failed', 'crossed'] as const

const headings: Readonly<Record<(typeof columns)[number], string>> = {
  tried: 'tried',
  refused: 'refused',
  own: 'own rows',
  empty: 'no rows',
  inconclusive: 'inconclusive',
  failed: 'failed',
  crossed: 'CROSSED',
}

/** For a person: a table by group, what crossed and what failed in full, and the verdict. */
export function formatReport(report: Report): string {
  const { url, tenants, crossings, failures, inconclusive, notTried } = report
  return [
    `${url}, tenants ${tenants.join(' and ')}`,
    '',
    ...tableOf(report.groups),
    ...section('Crossed', crossings.flatMap(inFull)),
    ...section('Failed', failures.flatMap(inFull)),
    ...section('Inconclusive', inconclusiveLines(inconclusive)),
    ...section('Not tried', atMost(notTried, 40)),
    '',
    closingLine(report),
    '',
  ].join('\n')
}

function tableOf(groups: readonly GroupReport[]): readonly string[] {
  const nameWidth = Math.max(...groups.map(({ name }) => name.length), 'group'.length)
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(nameWidth), ...cells.map((cell, index) => cell.padStart(widthOf(index)))].join('  ')
  const widthOf = (index: number) => Math.max(7, headings[columns[index] ?? 'tried'].length)
  return [
    line(
      'group',
      columns.map((column) => headings[column]),
    ),
    ...groups.map((group) =>
      line(
        group.name,
        columns.map((column) => counted(group[column])),
      ),
    ),
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function inFull({ group, what, reason, asker, asked, values = [] }: Located): readonly string[] {
  return [
    `${group}: ${what}${reason === undefined ? '' : `: ${reason}`}`,
    ...(asker === undefined ? [] : [`  asked by   ${asker}`]),
    ...(asked === undefined ? [] : [`  question   ${asked.query.replaceAll(/\s+/g, ' ')}`]),
    ...(asked === undefined ? [] : [`  variables  ${JSON.stringify(asked.variables)}`]),
    ...values.map((value) => `  shown      ${value}`),
  ]
}

/** By reason: a dataset that all tenants share fills pages otherwise. */
function inconclusiveLines(findings: readonly Located[]): readonly string[] {
  const byReason = new Map<string, string[]>()
  for (const { group, reason = 'no reason', what } of findings) {
    const key = `${group}: ${reason}`
    byReason.set(key, [...(byReason.get(key) ?? []), what])
  }
  return [...byReason].map(([key, whats]) => {
    const some = [...new Set(whats)]
    const listed = `${some.slice(0, 4).join('; ')}${some.length > 4 ? '; …' : ''}`
    return `${key} (${whats.length}): ${listed}`
  })
}

function atMost(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`]
}

function closingLine({ groups, seconds, every, verdict }: Report): string {
  const sum = (column: keyof Counts) => groups.reduce((total, group) => total + group[column], 0)
  const crossed = sum('crossed')
  const told = [
    `${counted(sum('tried'))} attempts, ${counted(crossed)} ${crossed === 1 ? 'crossing' : 'crossings'}.`,
    `${counted(sum('refused'))} refused, ${counted(sum('own'))} answered with the asking tenant's own rows,`,
    `${counted(sum('empty'))} with none, ${counted(sum('inconclusive'))} inconclusive, ${counted(sum('failed'))} failed.`,
    `${seconds} s.`,
    ...(every > 1 ? [`Only one in ${every} was tried.`] : []),
  ]
  return `${told.join(' ')} ${conclusions[verdict]}`
}

const conclusions: Readonly<Record<Verdict, string>> = {
  held: 'Nothing crossed.',
  crossed: 'The installation shows a tenant what is not its own.',
  failed:
    'The server failed where it should have answered or refused, which can hide a hole: this proves nothing.',
  unfinished: 'The time was over before everything was tried: this proves nothing.',
  'proves nothing':
    'The two tenants are told the same or nothing, so this proves nothing: choose tenants that have rows.',
}

function counted(count: number): string {
  return count.toLocaleString('en-US')
}
