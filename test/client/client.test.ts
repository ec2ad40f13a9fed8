import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTesseraClient } from '../../src/client/client.ts'
import { DashboardDefinitionDocument, ViewerDocument } from '../../src/client/documents.generated.ts'
import { TesseraError } from '../../src/client/tessera-error.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import { caught } from '../support/caught.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('a question', () => {
  it('is answered with the types of its document', async () => {
    const token = await server.guestToken({ tenantId: 'ATL', subject: 'ada' })
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token }) })
    const { viewer } = await client.query(ViewerDocument, {})
    expect([viewer.tenantId, viewer.subject]).toEqual(['ATL', 'ada'])
    const { dashboard } = await client.query(DashboardDefinitionDocument, { name: 'departures' })
    expect(dashboard?.title).toBe('Departures')
  })

  it('that is refused throws its code, its argument and the id of the request', async () => {
    const token = await server.guestToken({ tenantId: 'ATL' })
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token }) })
    const error = await caught(client.query('{ counter(input: { metric: "nothing" }) { value } }', {}))
    expect(error).toBeInstanceOf(TesseraError)
    expect(error).toMatchObject({
      code: 'METRIC_NOT_ALLOWED',
      argument: 'input.metric',
      path: ['counter'],
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('with a token that is refused throws UNAUTHENTICATED after one attempt with a fixed token', async () => {
    const client = createTesseraClient({ url: server.url, tokens: tokenFrom({ token: 'a.b.c' }) })
    const before = server.verified()
    const error = await caught(client.query(ViewerDocument, {}))
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The credential is missing, malformed, expired or not accepted.',
    })
    expect(server.verified() - before).toBe(1)
  })
})
