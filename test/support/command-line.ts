import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const projectFolder = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

export interface Command {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once the output holds the text; rejects where the process ends before. */
  shows(text: string | RegExp): Promise<string>
}

/** The command line as a process of its own, with no variable of ours but those given. */
export function startCommand(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Command {
  return startNode(['--import', 'tsx', 'src/cli/main.ts', ...arguments_], environment)
}

/** The demo as `npm run demo` starts it, with what its pages load built first. */
export function startDemo(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>>,
): Command {
  return startNode(['--import', 'tsx', 'scripts/with-embed.ts', 'demo', ...arguments_], environment)
}

/** A text of TypeScript as a process of its own, in the project's folder. */
export function startScript(script: string): Command {
  return startNode(['--import', 'tsx', '--input-type=module', '--eval', script], {})
}

function startNode(arguments_: readonly string[], environment: Readonly<Record<string, string>>): Command {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, arguments_, {
    cwd: projectFolder,
    env: { PATH, HOME, UV_THREADPOOL_SIZE: '16', ...environment },
  })
  let output = ''
  let errors = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const watch of watchers) watch()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
    for (const watch of watchers) watch()
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => resolve({ status, output, errors }))
  })

  function shows(text: string | RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const all = output + errors
        if (typeof text === 'string' ? all.includes(text) : text.test(all)) resolve(all)
      }
      watchers.add(watch)
      watch()
      ended.then((end) => reject(new Error(`The command ended: ${JSON.stringify(end)}`)))
    })
  }

  return { child, ended, shows }
}

export function runCommand(
  arguments_: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startCommand(arguments_, environment).ended
}
