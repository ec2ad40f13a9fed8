import { writeFile } from 'node:fs/promises'
import { Presets, SingleBar } from 'cli-progress'
import { z } from 'zod'
import { exitCodes, formatReport } from '../verify/report.ts'
import { type VerifyOptions as ParsedOptions, type Progress, verify as runVerify } from '../verify/run.ts'
import { describeFailure } from './failure.ts'

/** As they stand on the command line. */
export interface VerifyOptions {
  readonly url: string
  readonly apiKey?: string | undefined
  readonly tenants?: string | undefined
  readonly role?: string | undefined
  readonly policy?: string | undefined
  readonly attributes?: string | undefined
  readonly maxSeconds: string
  readonly concurrency: string
  readonly every: string
  readonly json: boolean
  readonly output?: string | undefined
}

/** Sets the exit status: 0 where everything held, 1 where something crossed, 2 where nothing was proven. */
export async function verify({ json, output, ...options }: VerifyOptions): Promise<void> {
  const display = createDisplay(process.stderr)
  try {
    const report = await runVerify({ ...parseOptions(options), onProgress: display.show })
    display.stop()
    const text = `${JSON.stringify(report, null, 2)}\n`
    if (output !== undefined) await writeFile(output, text)
    process.stdout.write(json ? text : formatReport(report))
    process.exitCode = exitCodes[report.verdict]
  } catch (error) {
    display.stop()
    const { message } = describeFailure(error)
    process.stderr.write(`${message}\n`)
    process.exitCode = 2
  }
}

function parseOptions(options: Omit<VerifyOptions, 'json' | 'output'>): ParsedOptions {
  const { url, apiKey, tenants, role, policy, attributes, maxSeconds, concurrency, every } = options
  if (apiKey === undefined) throw new Error('Expected an API key: --api-key or TESSERA_API_KEY.')
  return {
    url,
    apiKey,
    role,
    policy,
    tenants: tenants === undefined ? null : parseTenants(tenants),
    attributes: attributes === undefined ? undefined : parseAttributes(attributes),
    maxSeconds: parseWholeNumber('--max-seconds', maxSeconds, 86_000),
    concurrency: parseWholeNumber('--concurrency', concurrency, 64),
    every: parseWholeNumber('--every', every, 1_000),
  }
}

function parseTenants(text: string): readonly [string, string] {
  const [first = '', second = '', ...more] = text.split(',').map((tenant) => tenant.trim())
  if (first !== '' && second !== '' && more.length === 0) return [first, second]
  throw new Error(`--tenants: expected two tenant ids with a comma between, such as ATL,JFK, not ${text}.`)
}

function parseAttributes(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch {
    throw new Error('--attributes: expected a JSON object, such as {"region":"EU"}.')
  }
}

function parseWholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
  throw new Error(`${flag}: expected a whole number from 1 to ${most}, not ${text}.`)
}

interface Display {
  show(progress: Progress): void
  stop(): void
}

/** A bar for each group on a terminal, and nothing elsewhere. */
function createDisplay(stream: NodeJS.WriteStream): Display {
  if (!stream.isTTY) return { show() {}, stop() {} }
  const format = '{group} [{bar}] {value} of {total}, {duration_formatted}'
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true }, Presets.legacy)
  let current: string | null = null
  return {
    show({ group, done, total }) {
      if (group !== current) {
        bar.stop()
        bar.start(total, done, { group: group.padEnd(10) })
        current = group
      } else bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
