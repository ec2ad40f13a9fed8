import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { turnedAway } from '../access/rates/turns.ts'
import { errorCodes } from '../errors.ts'
import { acceptedBy } from './accepted.ts'
import { jsonHeaders, publicExtensions } from './answer.ts'
import { discardMaxBytes } from './body.ts'
import { type AllowsOrigin, sharingHeaders } from './cors.ts'
import { graphqlPath } from './graphql-app.ts'
import { createSlices } from './in-slices.ts'
import { type CredentialOptions, recordTurnedAway } from './use-credential.ts'

interface Options extends Pick<CredentialOptions, 'turnsAway' | 'audit'> {
  readonly allowsOrigin: AllowsOrigin
}

/** @returns whether the request was answered */
export type RefuseSuspects = (
  request: IncomingMessage,
  response: ServerResponse,
  address: string | null,
) => boolean

const refusal = turnedAway()
const { status } = errorCodes[refusal.code]
const retryAfter = String(refusal.details.retryAfterSeconds)
const idHere = randomUUID()
/** What stands before and after the request's id. */
const [head = '', tail = ''] = JSON.stringify({
  errors: [{ message: refusal.message, extensions: { ...publicExtensions(refusal), requestId: idHere } }],
}).split(idHere)
const length = head.length + idHere.length + tail.length

/**
 * Tells those whose credential would not be looked at to come later, before anything else is done for their request: of a
 * flood these are nearly all. The answer and its line in the audit are those of any other that is not looked at.
 */
export function createSuspectRefusal({ turnsAway, allowsOrigin, audit }: Options): RefuseSuspects {
  const soon = createSlices()
  return (request, response, address) => {
    const { method, headers } = request
    // A preflight never has a credential.
    if (method === 'OPTIONS' || !isGraphql(request.url) || !turnsAway(headers.authorization, address)) {
      return false
    }
    const requestId = randomUUID()
    recordTurnedAway({ requestId, address }, audit)
    soon(() => {
      if (response.destroyed) return
      response.writeHead(status, {
        'x-request-id': requestId,
        ...sharingHeaders(headers.origin, allowsOrigin),
        'retry-after': retryAfter,
        ...jsonHeaders(length, jsonTypeFor(headers.accept)),
        ...(hasTooMuch(request) && { connection: 'close' }),
      })
      response.end(head + requestId + tail)
    })
    return true
  }
}

function isGraphql(url = ''): boolean {
  return url === graphqlPath || url.startsWith(`${graphqlPath}?`)
}

function jsonTypeFor(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === '*/*') return undefined
  const type = acceptedBy(accept)?.json
  return type === '*/*' ? undefined : type
}

/**
 * Whether the connection has to end, because more is coming than is read and thrown away. What is of no length that was said
 * beforehand is counted as it comes.
 */
function hasTooMuch(request: IncomingMessage): boolean {
  const { 'content-length': said = '0', 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined) return Number(said) > discardMaxBytes
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > discardMaxBytes) request.destroy()
  })
  return false
}
