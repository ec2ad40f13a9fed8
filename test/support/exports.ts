import { createSecretKey, randomBytes } from 'node:crypto'
import { createExportLinks } from '../../src/exports/links.ts'
import type { Store } from '../../src/store/store.ts'
import type { TestServer } from './server.ts'

/** What a server without exports of its own needs of them. */
export function someExports(store: Store) {
  const encryptionKeys = { current: createSecretKey(randomBytes(32)), previous: null }
  return { exportLinks: createExportLinks({ store, encryptionKeys }), exportRowsMax: 10 }
}

export interface MadeExport {
  /** Absolute. */
  readonly url: string
  readonly fileName: string
  readonly expiresAt: string
}

const mutation = 'mutation ($input: ExportInput!) { createExport(input: $input) { url fileName expiresAt } }'

export async function makeExport(server: TestServer, token: string, input: object): Promise<MadeExport> {
  const { body } = await server.post(token, { query: mutation, variables: { input } })
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
  const { url, fileName, expiresAt } = Object(Object(body.data).createExport)
  return { url: new URL(url, server.url).href, fileName, expiresAt }
}

export async function exportRefusal(server: TestServer, token: string, input: object) {
  const { body } = await server.post(token, { query: mutation, variables: { input } })
  const [error] = body.errors ?? []
  if (error === undefined) throw new Error(`No refusal: ${JSON.stringify(body)}`)
  const { code, argument } = error.extensions ?? {}
  return { code, message: error.message, ...(argument !== undefined && { argument }) }
}

/** The bytes of a file that was fetched whole. */
export async function fetchFile(server: TestServer, token: string, input: object): Promise<Buffer> {
  const { url } = await makeExport(server, token, input)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return Buffer.from(await response.arrayBuffer())
}
