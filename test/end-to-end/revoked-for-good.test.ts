import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Command, startCommand } from '../support/command-line.ts'

const apiKey = `tsk_${randomBytes(32).toString('hex')}`
let folder: string
let running: Command | null = null

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-revoked-'))
})

afterAll(async () => {
  running?.child.kill('SIGKILL')
  await running?.ended
  await rm(folder, { recursive: true, force: true })
})

/** A process over the same folder as those before it; answers where it listens. */
async function start(): Promise<string> {
  const environment = { PORT: '0', DATA_DIR: folder, TESSERA_BOOTSTRAP_API_KEY: apiKey }
  running = startCommand(['serve'], environment)
  const shown = await running.shows(/"url":"[^"]+"/)
  return /"url":"([^"]+)"/.exec(shown)?.[1] ?? ''
}

async function ask(url: string, credential: string, query: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, data: Object(await response.json()).data }
}

test('a token stays revoked when the process is killed as soon as it has answered, and another starts', async () => {
  const url = await start()
  const mint = async (tenantId: string) => {
    const { data } = await ask(
      url,
      apiKey,
      `mutation { createGuestToken(input: { tenantId: "${tenantId}" }) { token } }`,
    )
    return String(data.createGuestToken.token)
  }
  const [token, other] = [await mint('a'), await mint('b')]
  const { data } = await ask(url, apiKey, 'mutation { revokeGuestTokens(input: { tenantId: "a" }) }')
  running?.child.kill('SIGKILL')
  expect(data).toEqual({ revokeGuestTokens: 1 })
  await running?.ended

  const again = await start()
  const query = '{ viewer { tenantId } }'
  expect([(await ask(again, token, query)).status, (await ask(again, other, query)).status]).toEqual([
    401, 200,
  ])
}, 120_000)
