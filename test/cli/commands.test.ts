import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { settings } from '../../src/config.ts'
import { type Command, runCommand, startCommand, startDemo } from '../support/command-line.ts'

const example = new URL('../../examples/flights.yaml', import.meta.url).pathname
const apiKey = `tsk_${'0'.repeat(40)}`

let folder: string
let demo: Command
let url: string
let siteUrl: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-cli-'))
  const environment = { PORT: '0', DATA_DIR: join(folder, 'data'), TESSERA_BOOTSTRAP_API_KEY: apiKey }
  demo = startDemo(['--tenant', 'JFK'], environment)
  const shown = await demo.shows('Try it:')
  const [site = '', api = ''] = shown.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
  siteUrl = site
  url = api
})

afterAll(async () => {
  demo.child.kill('SIGTERM')
  await demo.ended
  await rm(folder, { recursive: true, force: true })
})

async function query(token: string, text: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: text }),
  })
  return response.json()
}

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('tessera secret', () => {
  const connection = () => ({ TESSERA_URL: url, TESSERA_API_KEY: apiKey })

  test('keeps a value that comes by standard input, and lists its name', async () => {
    const set = startCommand(['secret', 'set', 'lake_password'], connection())
    set.child.stdin?.end('hunter2\n')
    expect(await set.ended).toEqual({ status: 0, output: 'lake_password is stored.\n', errors: '' })
    const { status, output } = await runCommand(['secret', 'list'], connection())
    expect([status, output]).toEqual([0, expect.stringMatching(/^\d{4}-\S+Z {2}lake_password\n$/)])
  })

  test('keeps none that is empty', async () => {
    const empty = startCommand(['secret', 'set', 'lake_password'], connection())
    empty.child.stdin?.end('\n')
    expect(await empty.ended).toEqual({
      ...{ status: 1, output: '' },
      errors: 'Expected the value of the secret on standard input.\n',
    })
  })
})

describe('tessera', () => {
  test('--help names every command', async () => {
    const { status, output } = await runCommand(['--help'])
    expect(status).toBe(0)
    const names = [...output.matchAll(/^ {2}(\w+) (?:\[options\] )?(?:<file>|\[command\])? /gm)].map(
      ([, name]) => name,
    )
    expect(names).toEqual([
      'serve',
      'demo',
      'load',
      'init',
      'apply',
      'export',
      'secret',
      'verify',
      'doctor',
      'rekey',
      'schema',
      'help',
    ])
  })

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await runCommand(['--version'])).toEqual({ status: 0, output: `${version}\n`, errors: '' })
  })

  test('an unknown command is refused, with help', async () => {
    const { status, errors } = await runCommand(['srve'])
    expect([status, errors.split('\n').slice(0, 2)]).toEqual([
      1,
      ["error: unknown command 'srve'", '(Did you mean serve?)'],
    ])
  })
})

describe('tessera serve', () => {
  test('refuses a wrong configuration with the status 78', async () => {
    expect(await runCommand(['serve'], { PORT: 'x' })).toEqual({
      status: 78,
      output: '',
      errors: `The configuration is wrong.\n  PORT: expected ${settings.PORT.expected}, not "x".\n`,
    })
  })

  test('refuses production without an encryption key, and says how to make one', async () => {
    const { status, errors } = await runCommand(['serve'], { NODE_ENV: 'production', DATA_DIR: folder })
    expect([status, errors]).toEqual([
      78,
      'The configuration is wrong.\n  TESSERA_ENCRYPTION_KEY: expected 32 bytes in base64 or 64 hexadecimal digits, as `openssl rand -base64 32` makes. Production needs one that is kept.\n',
    ])
  })

  test('is told which process has the data folder', async () => {
    const data = join(folder, 'data')
    const { status, errors } = await runCommand(['serve'], { PORT: '0', DATA_DIR: data })
    expect([status, errors]).toEqual([
      1,
      `DATA_DIR: ${data} is in use by the process ${demo.child.pid}. Stop it, or choose another folder with DATA_DIR.\n`,
    ])
  })
})

describe('tessera demo', () => {
  test('prints a token of the tenant that was asked for, with which its figures are answered', async () => {
    const token = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(await demo.shows('Try it:'))?.[0] ?? ''
    const text = '{ viewer { tenantId } counter(input: { metric: "departures" }) { exactValue } }'
    expect(await query(token, text)).toEqual({
      data: { viewer: { tenantId: 'JFK' }, counter: { exactValue: '31270' } },
    })
  })

  test('serves an application that embeds dashboards, at the address that it prints first', async () => {
    const page = await fetch(siteUrl)
    expect([page.status, new URL(page.url).pathname, await page.text()]).toEqual([
      200,
      '/sign-in',
      expect.stringContaining('<h1>Who are you today?</h1>'),
    ])
    const script = await fetch(`${url}/embed/tessera.js`)
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
  })

  test('prints the API key', async () => {
    expect(await demo.shows('Try it:')).toContain(`Admin API key:\n  ${apiKey}\n`)
  })
})

describe('tessera apply', () => {
  const connection = () => ['--url', url, '--api-key', apiKey]

  test('says what is wrong with a document, with line and column, and exits with 1', async () => {
    const text = (await readFile(example, 'utf8')).replace('aggregate: avg', 'aggregate: average')
    const path = await written('wrong.yaml', text)
    const line = text.split('\n').findIndex((found) => found.includes('aggregate: average')) + 1
    const { status, output, errors } = await runCommand(['apply', path, ...connection()])
    expect([status, output]).toEqual([1, ''])
    expect(errors).toMatch(
      new RegExp(`^${line}:\\d+ datasets\\[0\\]\\.metrics\\[\\d\\]\\.aggregate: expected one of .*\n$`),
    )
  })

  test('gives what the server finds its place in the file as well', async () => {
    const text = (await readFile(example, 'utf8')).replace('table: flights', 'table: flightz')
    const line = text.split('\n').findIndex((found) => found.includes('table: flightz')) + 1
    const { status, errors } = await runCommand(['apply', await written('table.yaml', text), ...connection()])
    expect([status, errors.split(' ').slice(0, 2)]).toEqual([1, [`${line}:12`, 'datasets[0].table:']])
  })

  test('shows with --dry-run what would change, and changes nothing', async () => {
    const text = (await readFile(example, 'utf8')).replaceAll('delay_p95', 'delay_p96')
    const path = await written('renamed.yaml', text)
    const { status, output, errors } = await runCommand(['apply', path, '--dry-run', ...connection()])
    expect([status, errors]).toEqual([0, ''])
    expect(output.split('\n')).toEqual([
      'added   metric delay_p96',
      'changed widget departures/tail',
      'changed widget delays/p95',
      'removed metric delay_p95',
      '4 changes. This was a dry run.',
      '',
    ])
    const again = await runCommand(['apply', example, '--dry-run', ...connection()])
    expect(again.output).toBe('Nothing changes. This was a dry run.\n')
  })

  test('asks for a key where none is given', async () => {
    expect(await runCommand(['apply', example, '--url', url])).toEqual({
      status: 1,
      output: '',
      errors: 'Expected an API key: --api-key or TESSERA_API_KEY.\n',
    })
  })

  test('names the address where nothing answers', async () => {
    const nowhere = { TESSERA_URL: 'http://127.0.0.1:1', TESSERA_API_KEY: apiKey }
    const { status, errors } = await runCommand(['apply', example], nowhere)
    expect([status, errors.split('\n')[0]]).toEqual([
      1,
      'http://127.0.0.1:1/graphql does not answer like a Tessera server. Is it running there?',
    ])
  })
})

describe('tessera export', () => {
  test('prints the document as it was applied', async () => {
    const environment = { TESSERA_URL: url, TESSERA_API_KEY: apiKey }
    const [yaml, json] = await Promise.all([
      runCommand(['export'], environment),
      runCommand(['export', '--format', 'json'], environment),
    ])
    const applied: unknown = parse(await readFile(example, 'utf8'))
    expect([parse(yaml.output), JSON.parse(json.output)]).toEqual([applied, applied])
  })
})
