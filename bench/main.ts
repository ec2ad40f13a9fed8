import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBenchClient } from './client.ts'
import { credentialCosts } from './credentials.ts'
import { limitWork } from './limits.ts'
import { alternate, perSecond } from './measure.ts'
import { permissionWork } from './permissions.ts'
import { postgresCosts } from './postgres.ts'
import { questionCosts } from './questions.ts'
import { openBenchServers } from './server.ts'
import { openBareStatements } from './statements.ts'

/**
 * What a request through the API costs over the bare statement, in one run with alternating rounds. The server is a
 * process of its own, as in production; the bare client runs the very statements that the server prints.
 */
const tenantId = 'ATL'
const rounds = 60
const { post, mintToken, close } = openBenchClient()

print('permission work of a request with one question, ms', permissionWork())
print('limits of a request with one question, µs', await limitWork())

const { verification, minting } = await credentialCosts()
print('verification of a guest token, µs', verification)
print('guest tokens minted a second', minting)

print('PostgreSQL, median of a statement, ms', await postgresCosts())

const servers = await openBenchServers()
try {
  const server = await servers.start('scripts/with-embed.ts', ['demo', '--tenant', tenantId])
  const hello = await servers.start('bench/bare-yoga.ts', [])
  const token = await mintToken(server, tenantId)
  const bare = await openBareStatements(join(servers.folder, 'bare'), tenantId)
  await figures(server.url, token, bare)
  await requests(server.url, token, hello.url)
  await bare.close()
  print('comparisons and others', await questionCosts(join(servers.folder, 'bare'), tenantId))
} finally {
  close()
  await servers.close()
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
