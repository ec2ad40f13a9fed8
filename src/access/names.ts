import { lookup, Resolver } from 'node:dns/promises'
import pLimit from 'p-limit'

/** Names that hosts chose, and whose name servers may be anyone's. */
export interface Names {
  /** Empty where there are none, or where nobody says so in time. */
  addressesOf(hostname: string): Promise<readonly string[]>
}

export interface NamesOptions {
  /** Name servers; the system's unless given. */
  readonly servers?: readonly string[]
  /** What else knows names: the system, by its file of hosts, its search domains, and whatever it was told to ask. */
  readonly ofSystem?: (hostname: string) => Promise<readonly string[]>
  readonly timeoutMs?: number
}

/** Of names that only the system may know. */
const waitingMax = 10

/**
 * A look-up by the system takes one of two threads, which everything else that connects by a name shares, and holds it for as
 * long as a name server is silent: 10 s for each server, with nobody able to end it. So the system is not asked for what a name
 * server doesn't answer, and for the rest one name at a time.
 */
export function createNames(options: NamesOptions = {}): Names {
  const { servers, ofSystem = systemAddresses, timeoutMs = 2_000 } = options
  const lane = pLimit(1)
  const asked = new Map<string, Promise<readonly string[]>>()

  async function askServers(hostname: string): Promise<readonly string[] | 'silent'> {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
    if (servers !== undefined) resolver.setServers(servers)
    const timer = setTimeout(() => resolver.cancel(), timeoutMs)
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    clearTimeout(timer)
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    const isSilent = answers.some(
      (answer) => answer.status === 'rejected' && silences.has(answer.reason.code),
    )
    return found.length === 0 && isSilent ? 'silent' : found
  }

  /** Whoever asks for the same name meanwhile shares the answer. */
  function askSystem(hostname: string): Promise<readonly string[]> {
    const running = asked.get(hostname)
    if (running !== undefined) return running
    if (asked.size > waitingMax) return Promise.resolve([])
    const started = lane(() => ofSystem(hostname)).finally(() => asked.delete(hostname))
    asked.set(hostname, started)
    return started
  }

  return Object.freeze({
    async addressesOf(hostname: string) {
      // Names of one label are no name server's of somebody else.
      if (!hostname.includes('.')) return askSystem(hostname)
      const found = await askServers(hostname)
      if (found === 'silent') return []
      return found.length > 0 ? found : askSystem(hostname)
    },
  })
}

const silences: ReadonlySet<unknown> = new Set(['ETIMEOUT', 'ECANCELLED'])

async function systemAddresses(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

/** Of the process: the threads are, too. */
export const names = createNames()
