import { afterAll, beforeAll, expect, test } from 'vitest'
import { samples } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const query = `query ($input: ExplainInput!) {
  explain(input: $input) { outcome code rules { text } rows { dataset visible asked } }
}`

async function explained(token: object, question: object): Promise<unknown> {
  const input = { token: { tenantId: 'acme', ...token }, question }
  return Object(await server.data(server.apiKey, query, { input })).explain
}

const { histogram, funnel, retention } = samples
const quarter = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-03-01T00:00:00Z' } }

test.each([{ histogram }, { funnel }, { retention }])(
  '%o is asked dry, and its rows are counted',
  async (question) => {
    const [kind = '', input] = Object.entries(question)[0] ?? []
    expect(await explained({}, { [kind]: { ...input, timeRange: quarter } })).toEqual({
      outcome: 'ALLOWED',
      code: null,
      rules: [{ text: 'Every layer lets the question through.' }],
      rows: { dataset: 'orders', visible: 6, asked: 4 },
    })
  },
)

test.each([
  { question: { histogram }, code: 'DIMENSION_NOT_ALLOWED' },
  { question: { funnel }, code: 'DIMENSION_NOT_ALLOWED' },
  { question: { retention }, code: 'DIMENSION_NOT_ALLOWED' },
])('$question is refused where its members may not be named', async ({ question, code }) => {
  expect(await explained({ allowedDimensions: ['region'] }, question)).toMatchObject({
    outcome: 'REFUSED',
    code,
  })
})
