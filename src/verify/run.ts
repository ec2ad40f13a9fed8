import pLimit from 'p-limit'
import type { Check, Finding, outcomes } from './attempt.ts'
import { baselineChecks } from './baseline.ts'
import { createClient, OutOfTime } from './client.ts'
import type { Context } from './context.ts'
import { crossedFilterChecks } from './crossed-filters.ts'
import { cursorChecks } from './cursors.ts'
import { grantChecks } from './grants.ts'
import { idChecks } from './ids.ts'
import { lockChecks } from './locks.ts'
import { operationChecks } from './operations.ts'
import { prepare } from './prepare.ts'
import { repetitionChecks } from './repetition.ts'
import { type Counts, type GroupReport, type Located, type Report, verdictOf } from './report.ts'
import { tamperingChecks } from './tampering.ts'

type ChecksOf = (context: Context) => readonly Check[] | Promise<readonly Check[]>

/** In the order in which they run: the cheap and telling ones first. */
const checksOfGroups = {
  tampering: tamperingChecks,
  operations: operationChecks,
  ids: idChecks,
  repetition: repetitionChecks,
  cursors: cursorChecks,
  filters: crossedFilterChecks,
  grants: grantChecks,
  locks: lockChecks,
} as const satisfies Record<string, ChecksOf>

export type GroupName = keyof typeof checksOfGroups

export interface Progress {
  readonly group: string
  readonly done: number
  readonly total: number
}

export interface VerifyOptions {
  readonly url: string
  readonly apiKey: string
  /** Null takes the two tenants that the audit events name most often. */
  readonly tenants: readonly [string, string] | null
  readonly role?: string | undefined
  readonly policy?: string | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly maxSeconds: number
  readonly concurrency: number
  /** One check in so many of each group: a quick look. All of them unless given. */
  readonly every?: number | undefined
  /** All of them unless given; the baselines run always. */
  readonly groups?: readonly GroupName[]
  readonly onProgress?: (progress: Progress) => void
}

/**
 * Tries everything that is known here against a live installation and tells what came of it. Nothing is changed there but
 * that tokens are made, which live as long as the run may take.
 * @throws an Error that says why it could not begin
 */
export async function verify(options: VerifyOptions): Promise<Report> {
  const startedAt = Date.now()
  const client = createClient(options.url, startedAt + options.maxSeconds * 1000)
  const { role, policy, attributes, apiKey, tenants, maxSeconds } = options
  const base = {
    ...(role !== undefined && { role }),
    ...(policy !== undefined && { policy }),
    ...(attributes !== undefined && { attributes }),
  }
  const tokenSeconds = Math.min(86_400, maxSeconds + 60)
  try {
    const context = await prepare({ client, apiKey, tenants, base, tokenSeconds })
    const ran = await runGroups(context, options)
    const groups = ran.map(({ name, findings }) => countedGroup(name, findings))
    return {
      url: client.url,
      tenants: context.visitors.map(({ tenantId }) => tenantId),
      startedAt: new Date(startedAt).toISOString(),
      seconds: Math.round((Date.now() - startedAt) / 100) / 10,
      requests: client.sent(),
      every: options.every ?? 1,
      verdict: verdictOf({ groups, isFinished: ran.every(({ isFinished }) => isFinished), context }),
      groups,
      crossings: located(ran, 'crossed'),
      failures: located(ran, 'failed'),
      inconclusive: located(ran, 'inconclusive'),
      notTried: [...context.notTried],
    }
  } finally {
    client.close()
  }
}

interface Ran {
  readonly name: string
  readonly findings: readonly Finding[]
  readonly isFinished: boolean
}

async function runGroups(context: Context, options: VerifyOptions): Promise<readonly Ran[]> {
  // One question after the other: nothing else may disturb what everything is held against.
  const ran = [await runGroup('baselines', context, baselineChecks, { ...options, concurrency: 1, every: 1 })]
  for (const [name, checks] of Object.entries(checksOfGroups)) {
    if (options.groups !== undefined && !options.groups.some((wanted) => wanted === name)) continue
    ran.push(await runGroup(name, context, checks, options))
  }
  return ran
}

async function runGroup(
  name: string,
  context: Context,
  checksOf: ChecksOf,
  { concurrency, every = 1, onProgress }: Pick<VerifyOptions, 'concurrency' | 'every' | 'onProgress'>,
): Promise<Ran> {
  const findings: Finding[] = []
  const limit = pLimit(concurrency)
  let done = 0
  let isFinished = true

  async function attempt(check: Check, total: number): Promise<void> {
    try {
      findings.push(...(await check.run()))
    } catch (error) {
      if (error instanceof OutOfTime) {
        isFinished = false
        context.notTried.add(`${name}: ${check.what}`)
      } else {
        findings.push({ what: check.what, outcome: 'failed', reason: messageOf(error) })
      }
    }
    done += 1
    onProgress?.({ group: name, done, total })
  }

  try {
    const checks = (await checksOf(context)).filter((_, index) => index % every === 0)
    onProgress?.({ group: name, done, total: checks.length })
    await Promise.all(checks.map((check) => limit(() => attempt(check, checks.length))))
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error
    isFinished = false
    context.notTried.add(`${name}: everything`)
  }
  return { name, findings, isFinished }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function countedGroup(name: string, findings: readonly Finding[]): GroupReport {
  const count = (wanted: string) => findings.filter(({ outcome }) => outcome === wanted).length
  const counts: Counts = {
    tried: findings.length,
    refused: count('refused'),
    own: count('own'),
    empty: count('empty'),
    inconclusive: count('inconclusive'),
    failed: count('failed'),
    crossed: count('crossed'),
  }
  return { name, ...counts }
}

function located(ran: readonly Ran[], wanted: (typeof outcomes)[number]): readonly Located[] {
  return ran.flatMap(({ name, findings }) =>
    findings.filter(({ outcome }) => outcome === wanted).map((finding) => ({ group: name, ...finding })),
  )
}
