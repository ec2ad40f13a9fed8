import type { IncomingMessage } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import type { Credential } from '../access/credential.ts'
import { refusalOf } from '../access/refusal.ts'
import { callerOf } from '../audit/caller.ts'
import { credentialRefused } from '../audit/events.ts'
import { refusalEvent } from '../audit/refusals.ts'
import { errorCodes, TesseraError } from '../errors.ts'
import { type Download, openDownload } from '../exports/download.ts'
import { contentDisposition } from '../exports/file-name.ts'
import { isPassing, type TakenExport } from '../exports/take.ts'
import type { GuestContext, RequestContext } from '../graphql/context.ts'
import type { Logger } from '../log.ts'
import { answerError, type Exchange } from './answer.ts'
import { askTyped } from './ask-typed.ts'
import { type AllowsOrigin, answerCors } from './cors.ts'
import { sendBytes } from './send-bytes.ts'
import { type CredentialOptions, recordUnseen } from './use-credential.ts'

export interface ExportOptions {
  /**
   * @param address of the caller; null where it is not known
   * @throws TesseraError UNAUTHENTICATED where the link's token has ended, RATE_LIMITED where it was not looked at
   */
  readonly takeExport: (
    secret: string,
    caller: Credential | null,
    address: string | null,
  ) => Promise<TakenExport | null>
}

interface Options extends ExportOptions, CredentialOptions {
  /** Of the documents that pictures are drawn from. */
  readonly schema: GraphQLSchema
  readonly log: Logger
  readonly allowsOrigin: AllowsOrigin
}

/**
 * The file of a link. The link is a secret in an address: it works once, nothing of it is logged or kept by caches, no
 * page that is left for it or reached from it is told of it, and programs that look at links before a person does use none up.
 */
export async function answerExport(exchange: Exchange, secret: string, options: Options): Promise<void> {
  const { request, response } = exchange
  if (answerCors(exchange, options.allowsOrigin)) return
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('x-robots-tag', 'noindex, nofollow')
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('content-security-policy', "default-src 'none'; sandbox")
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET, OPTIONS')
    return answerError(exchange, new TesseraError('NOT_SUPPORTED', { expected: 'the method GET' }), 405)
  }
  try {
    const taken = looksAhead(request) ? null : await take(exchange, secret, options)
    if (taken === null) return answerError(exchange, new TesseraError('NOT_FOUND'))
    options.onCaller?.(callerOf({ kind: 'guest', claims: taken.claims }), exchange.address)
    await download(exchange, taken, options)
  } catch (error) {
    fail(exchange, error, options)
  }
}

/** Null where there is no such link, or none any more, of which the audit is told. */
async function take(exchange: Exchange, secret: string, options: Options): Promise<TakenExport | null> {
  const { request, requestId, address } = exchange
  const origin = { requestId, address }
  const authorization = request.headersDistinct.authorization?.join(', ')
  try {
    const caller = authorization === undefined ? null : await options.authenticate(authorization, address)
    const taken = await options.takeExport(secret, caller, address)
    if (taken === null) options.audit.record(credentialRefused(unknownLink, origin))
    return taken
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) {
      recordUnseen(error, origin, options)
      throw error
    }
    options.audit.record(credentialRefused(refusal, origin))
    return null
  }
}

/** Who guesses links is seen by it; of whose they would be nothing is known. */
const unknownLink = Object.freeze({ reason: 'export_link_unknown', proven: null })

async function download(exchange: Exchange, taken: TakenExport, options: Options): Promise<void> {
  const opened = await openTelling(exchange, taken, options)
  if (opened === null) return answerError(exchange, new TesseraError('NOT_FOUND'))
  const { file, signal } = opened
  let bytes = 0
  let isWhole = false
  try {
    writeHead(exchange, file)
    await sendBytes(exchange.response, file.bytes, signal, (length) => {
      bytes += length
    })
    isWhole = true
  } finally {
    record(exchange, taken, { bytes, isWhole }, options)
  }
}

/** The same as `open`, and the audit is told what was refused, or which wall had to. */
async function openTelling(exchange: Exchange, taken: TakenExport, options: Options) {
  try {
    return await open(exchange, taken, options)
  } catch (error) {
    tellRefusal(error, exchange, taken, options)
    throw error
  }
}

function tellRefusal(
  error: unknown,
  { requestId, address }: Exchange,
  { claims }: TakenExport,
  { audit }: Options,
): void {
  const origin = { requestId, address }
  const refusal = refusalOf(error)
  const caller = callerOf({ kind: 'guest', claims })
  const event = refusal === null ? refusalEvent(error, caller, origin) : credentialRefused(refusal, origin)
  if (event !== null) audit.record(event)
}

/** With its first rows; null where the token is worth nothing any more. */
async function open(exchange: Exchange, taken: TakenExport, options: Options) {
  try {
    const context = await contextOf(exchange, taken, options)
    if (context === null) return null
    const signal = AbortSignal.any([exchange.signal, context.guest.ended])
    const file = await openDownload(context.guest, taken.kept, signal, askTyped(options.schema, context))
    return { file, signal }
  } catch (error) {
    // Nothing was sent, and the next who comes with it may be luckier.
    if (isPassing(error)) await taken.giveBack()
    throw error
  }
}

/** As the token's holder may now; null where the token is worth nothing any more. */
async function contextOf(
  exchange: Exchange,
  taken: TakenExport,
  options: Options,
): Promise<(RequestContext & { readonly guest: GuestContext }) | null> {
  const { requestId, address, signal } = exchange
  const { kept, claims } = taken
  const origin = kept.origin ?? undefined
  const facts = { requestId, signal, origin, address, isCounted: true }
  try {
    const context = await options.createContext({ kind: 'guest', claims }, facts)
    const { guest } = context
    return guest === null ? null : { ...context, guest }
  } catch (error) {
    if (refusalOf(error) === null && !isCode(error, 'ORIGIN_NOT_ALLOWED')) throw error
    tellRefusal(error, exchange, taken, options)
    return null
  }
}

function isCode(error: unknown, code: TesseraError['code']): boolean {
  return error instanceof TesseraError && error.code === code
}

function writeHead({ response }: Exchange, { fileName, contentType }: Download): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-disposition': contentDisposition(fileName),
    'cache-control': 'no-store',
  })
}

function record(
  { requestId, address }: Exchange,
  { kept, claims }: TakenExport,
  { bytes, isWhole }: { readonly bytes: number; readonly isWhole: boolean },
  { audit }: Options,
): void {
  const { organizationId, environmentId, tenantId, subject, tokenId } = claims
  audit.record({
    kind: 'export.downloaded',
    outcome: isWhole ? 'SUCCEEDED' : 'FAILED',
    environment: { organizationId, environmentId },
    tenantId,
    subject,
    tokenId,
    requestId,
    address,
    detail: { format: kept.input.format, bytes },
  })
}

function fail(exchange: Exchange, error: unknown, { log }: Options): void {
  const { response, requestId, signal } = exchange
  const isOurs = error instanceof TesseraError
  // Who has gone needs no answer, and an end of the token was no failure.
  if (!signal.aborted && refusalOf(error) === null && !(isOurs && errorCodes[error.code].status < 500)) {
    log.error({ err: error, requestId }, 'an export could not be finished')
  }
  if (response.headersSent || signal.aborted) response.destroy()
  else if (refusalOf(error) !== null) answerError(exchange, new TesseraError('NOT_FOUND'))
  else answerError(exchange, isOurs ? error : new TesseraError('INTERNAL'))
}

/**
 * Browsers that load what may be clicked next, and programs that show what is behind a link in a chat: they get what an
 * unknown link gets.
 */
function looksAhead({ headers }: IncomingMessage): boolean {
  const purposes = [headers['sec-purpose'], headers.purpose, headers['x-purpose'], headers['x-moz']]
  if (purposes.some((purpose) => /prefetch|prerender|preview/i.test(String(purpose ?? '')))) return true
  return linkReaders.test(headers['user-agent'] ?? '')
}

/**
 * By their own names: people's browsers inside of Slack, Telegram, Discord or Skype name the application, and CUBOT makes
 * phones.
 */
const linkReaders =
  /(?<!\bcu)bot\/|\bbot\b|slackbot|slack-imgproxy|telegrambot|discordbot|crawler|spider|preview|unfurl|facebookexternalhit|^whatsapp\/|embedly|iframely/i
