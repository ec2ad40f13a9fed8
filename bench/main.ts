import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { limitWork } from './limits.ts'
import { alternate, perSecond } from './measure.ts'
import { permissionWork } from './permissions.ts'
import { questionCosts } from './questions.ts'
import { openBareStatements } from './statements.ts'

/**
 * What a request through the API costs over the bare statement, in one run with alternating rounds. The server is a
 * process of its own, as in production; the bare client runs the very statements that the server prints.
 */
const tenantId = 'ATL'
const rounds = 60
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

print('permission work of a request with one question, ms', permissionWork())
print('limits of a request with one question, µs', await limitWork())

const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
const children: ChildProcess[] = []
try {
  const server = await startServer('scripts/with-embed.ts', ['demo', '--tenant', tenantId])
  const hello = await startServer('bench/bare-yoga.ts', [])
  const token = await mintToken(server)
  const bare = await openBareStatements(join(folder, 'bare'), tenantId)
  await figures(server.url, token, bare)
  await requests(server.url, token, hello.url)
  await bare.close()
  print('comparisons and others', await questionCosts(join(folder, 'bare'), tenantId))
} finally {
  for (const child of children) child.kill('SIGTERM')
  agent.destroy()
  await rm(folder, { recursive: true, force: true })
}

async function figures(url: string, token: string, bare: Awaited<ReturnType<typeof openBareStatements>>) {
  const ask = (query: string) => () => post(`${url}/graphql`, query, token)
  const widget = (name: string, fields: string) =>
    ask(`{ dashboard(name: "departures") { widget(name: "${name}") { data { ${fields} } } } }`)
  const all = ask(await readFile(new URL('./dashboard.graphql', import.meta.url), 'utf8'))
  const result = await alternate(
    {
      'counter, bare': () => bare.run(['total']),
      'counter, API': widget('total', '... on Counter { value }'),
      'daily series, bare': () => bare.run(['daily']),
      'daily series, API': widget('daily', '... on TimeSeries { labels series { values } }'),
      'dashboard, 12 bare in parallel': () => bare.run(bare.widgets),
      'dashboard, API': all,
    },
    { rounds, warmup: 10 },
  )
  print('median of a request, ms', result)
}

async function requests(url: string, token: string, helloUrl: string) {
  const viewer = () => post(`${url}/graphql`, '{ viewer { tenantId } }', token)
  const hello = () => post(`${helloUrl}/graphql`, '{ hello }', token)
  const load = { inFlight: 32, durationMs: 3_000 }
  const counts = { 'bare Yoga, { hello }': 0, 'API, { viewer { tenantId } }': 0 }
  for (const counted of [0, 1, 1]) {
    counts['bare Yoga, { hello }'] += (counted * (await perSecond(hello, load))) / 2
    counts['API, { viewer { tenantId } }'] += (counted * (await perSecond(viewer, load))) / 2
  }
  print('requests a second, 32 in flight', counts)
}

function print(title: string, figures: Readonly<Record<string, number>>): void {
  console.log(`\n${title}`)
  for (const [name, value] of Object.entries(figures)) {
    console.log(`  ${name.padEnd(34)} ${figureText(value)}`)
  }
}

function figureText(value: number): string {
  if (value >= 100) return String(Math.round(value))
  return value.toFixed(value < 1 ? 4 : 2)
}

async function startServer(
  script: string,
  args: readonly string[],
): Promise<{ url: string; apiKey: string }> {
  const port = await freePort()
  const apiKey = `tsk_${randomBytes(32).toString('hex')}`
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: join(folder, `server-${port}`),
      TESSERA_BOOTSTRAP_API_KEY: apiKey,
    },
  })
  children.push(child)
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 600; attempt++) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return { url, apiKey }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${script} did not come up.`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function mintToken({ url, apiKey }: { url: string; apiKey: string }): Promise<string> {
  const answer = await post(
    `${url}/graphql`,
    `mutation { createGuestToken(input: { tenantId: "${tenantId}" }) { token } }`,
    apiKey,
  )
  return JSON.parse(answer).data.createGuestToken.token
}

/** Node's own client with kept connections: `fetch` costs more than what is measured. */
function post(url: string, query: string, credential: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ query })
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${credential}`,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          if (response.statusCode === 200 && !text.includes('"errors"')) resolve(text)
          else reject(new Error(text))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
