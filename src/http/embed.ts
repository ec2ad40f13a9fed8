import { TesseraError } from '../errors.ts'
import { answerError, type Exchange } from './answer.ts'
import type { AllowsOrigin } from './cors.ts'
import type { EmbedFile, EmbedFiles, Encoding } from './embed-files.ts'
import { answerFrame, framePath } from './embed-frame.ts'

export const embedPath = '/embed/'

/** Long enough that a page full of tags asks once, short enough that an upgrade reaches everyone soon. */
const stableMaxAgeSeconds = 300
const immutableMaxAgeSeconds = 31_536_000

/**
 * The scripts that pages of other origins load. They are the same for everybody and hold nothing of anyone, so that
 * every page may read them; what a page sees, it sees with its token.
 */
export async function answerEmbed(
  exchange: Exchange,
  embed: EmbedFiles | null,
  allows: AllowsOrigin,
): Promise<void> {
  const { method = '', url = '' } = exchange.request
  const [path = ''] = url.split('?', 1)
  const isReading = method === 'GET' || method === 'HEAD'
  if (isReading && embed !== null && path === framePath) return answerFrame(exchange, embed, allows)
  // Looked up as it was sent, never decoded and never joined to a path.
  const file = isReading ? embed?.files.get(path.slice(embedPath.length)) : undefined
  if (file === undefined) return answerError(exchange, new TesseraError('NOT_FOUND'))
  return answerFile(exchange, file)
}

async function answerFile({ request, response }: Exchange, file: EmbedFile): Promise<void> {
  const { method, headers } = request
  const encoding = encodingFor(file, headers['accept-encoding'] ?? '')
  const etag = `"${file.integrity.slice('sha384-'.length, 40)}-${encoding}"`
  const seconds = file.immutable ? `${immutableMaxAgeSeconds}, immutable` : stableMaxAgeSeconds
  response.setHeader('etag', etag)
  response.setHeader('cache-control', `public, max-age=${seconds}`)
  response.setHeader('vary', 'Accept-Encoding')
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
  response.setHeader('timing-allow-origin', '*')
  response.setHeader('x-content-type-options', 'nosniff')
  if (isKnown(etag, headers['if-none-match'] ?? '')) {
    response.writeHead(304).end()
    return
  }
  const content = await file.content(encoding)
  response.writeHead(200, {
    'content-type': file.contentType,
    'content-length': content.length,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  })
  response.end(method === 'HEAD' ? undefined : content)
}

/** The smallest form that the client takes. */
function encodingFor({ encodings }: EmbedFile, accepted: string): Encoding {
  const refused = /;\s*q=0(\.0{0,3})?\s*$/i
  const names = accepted
    .split(',')
    .filter((each) => !refused.test(each))
    .map((each) => each.split(';', 1)[0]?.trim().toLowerCase())
  return encodings.find((encoding) => names.includes(encoding)) ?? 'identity'
}

function isKnown(etag: string, known: string): boolean {
  return known.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')))
}
