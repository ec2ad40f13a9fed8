import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { noUsage, type UsageDay, type UsageFigures, type UsedBy, writeUsage } from './rows.ts'

/** What is asked for tenants, counted by day. */
export interface UsageLog {
  /** Takes a microsecond and never fails; it is stored within seconds. */
  add(by: UsedBy, used: Partial<UsageFigures>): void
  /** Stores what is waiting, as far as the store lets it. */
  flush(): Promise<void>
  /** Stores the same and ends. */
  close(): Promise<void>
}

export interface UsageLogOptions {
  readonly store: Store
  readonly log: Logger
  /** Of whom nothing is kept. */
  readonly isSecret: (environmentId: string, tenantId: string) => boolean
  /** What is lost at most where the process is killed. */
  readonly everyMs?: number
  /** How many days of tenants wait while the store is out; what is beyond them is told to the log. */
  readonly waitingMax?: number
}

const batchSize = 500

export function createUsageLog(options: UsageLogOptions): UsageLog {
  const { store, log, isSecret, everyMs = 5_000, waitingMax = 10_000 } = options
  let waiting = new Map<string, UsageDay>()
  let running: Promise<void> | null = null
  let lost = 0

  function add({ organizationId, environmentId, tenantId }: UsedBy, used: Partial<UsageFigures>): void {
    const day = new Date().toISOString().slice(0, 10)
    merge({ organizationId, environmentId, tenantId, day, ...noUsage, ...used })
  }

  function merge(of: UsageDay): void {
    const key = JSON.stringify([of.environmentId, of.tenantId, of.day])
    const known = waiting.get(key)
    if (known === undefined && waiting.size >= waitingMax) lost += 1
    else waiting.set(key, known === undefined ? of : sumOf(known, of))
  }

  /** One run at a time; who comes meanwhile shares it. */
  function flush(): Promise<void> {
    running ??= storeWaiting().finally(() => {
      running = null
    })
    return running
  }

  async function storeWaiting(): Promise<void> {
    const days = [...waiting.values()].filter((of) => !isSecret(of.environmentId, of.tenantId))
    waiting = new Map()
    for (const some of inBatches(days)) {
      try {
        await writeUsage(store, some)
      } catch (error) {
        log.warn({ err: error }, 'usage cannot be stored yet')
        for (const of of some) merge(of)
      }
    }
    if (lost > 0) log.error({ lost }, 'usage was not counted: too much of it waits for the store')
    lost = 0
  }

  const timer = setInterval(() => void flush(), everyMs)
  timer.unref()

  return Object.freeze({
    add,
    flush,
    close: async () => {
      clearInterval(timer)
      await running
      await flush()
    },
  })
}

function sumOf(one: UsageDay, other: UsageDay): UsageDay {
  const names = ['questions', 'rowsRead', 'bytesRead', 'durationMs', 'exports', 'tokensMinted'] as const
  const sums = Object.fromEntries(names.map((name) => [name, one[name] + other[name]]))
  return { ...one, ...sums }
}

/** Each of one environment, always in one order: two servers that write the same days never wait for each other in a circle. */
function inBatches(days: readonly UsageDay[]): readonly (readonly UsageDay[])[] {
  const groups = new Map<string, UsageDay[]>()
  for (const of of days) groups.set(of.environmentId, [...(groups.get(of.environmentId) ?? []), of])
  return [...groups.values()].flatMap((group) => {
    const ordered = group.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    const count = Math.ceil(ordered.length / batchSize)
    return Array.from({ length: count }, (_, index) =>
      ordered.slice(index * batchSize, (index + 1) * batchSize),
    )
  })
}

function orderOf({ tenantId, day }: UsageDay): string {
  return `${tenantId}\0${day}`
}
