import { isObject, type JsonObject, parsedJson } from './object.ts'
import { TesseraError, type TesseraErrorDetails } from './tessera-error.ts'

/** The errors of an answer as the client throws them. */
export function errorsIn(answer: JsonObject): readonly TesseraError[] {
  const { errors } = answer
  return Array.isArray(errors) ? errors.map(errorOf) : []
}

function errorOf(error: unknown): TesseraError {
  const { message, path, extensions } = isObject(error) ? error : {}
  const { code, ...rest } = isObject(extensions) ? extensions : {}
  const text = typeof message === 'string' ? message : 'The API answered with an error.'
  return new TesseraError(typeof code === 'string' ? code : 'INTERNAL', text, {
    ...detailsIn(rest),
    ...(Array.isArray(path) && { path: path.filter(isPathPart) }),
  })
}

function detailsIn(extensions: JsonObject): TesseraErrorDetails {
  const { argument, expected, allowed, retryAfterSeconds, requestId } = extensions
  return {
    ...(typeof argument === 'string' && { argument }),
    ...(typeof expected === 'string' && { expected }),
    ...(Array.isArray(allowed) && { allowed: allowed.filter((name) => typeof name === 'string') }),
    ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
    ...(typeof requestId === 'string' && { requestId }),
  }
}

function isPathPart(part: unknown): part is string | number {
  return typeof part === 'string' || typeof part === 'number'
}

/**
 * The answer of the API as JSON.
 * @throws TesseraError NETWORK or by the status where something else answered: a proxy, a login page
 */
export async function answerOf(response: Response): Promise<JsonObject> {
  const type = response.headers.get('content-type') ?? ''
  const answer = /\bjson\b/i.test(type) ? parsedJson(await response.text()) : undefined
  if (isObject(answer) && ('data' in answer || 'errors' in answer)) return answer
  throw foreignAnswer(response)
}

/**
 * The data of an answer without errors.
 * @throws TesseraError the first one where anything failed, NETWORK where there is nothing
 */
export async function dataOf(response: Response): Promise<JsonObject> {
  const answer = await answerOf(response)
  const [error] = errorsIn(answer)
  if (error !== undefined) throw error
  if (!isObject(answer.data)) throw foreignAnswer(response)
  return answer.data
}

/** For an answer that is not the API's. Its body may hold anything, so nothing of it is repeated. */
export function foreignAnswer(response: Response): TesseraError {
  const { status } = response
  const type = (response.headers.get('content-type') ?? 'without a type').split(';', 1)[0]
  const seconds = retryAfterIn(response.headers)
  const details = { status, ...(seconds !== null && { retryAfterSeconds: seconds }) }
  const message = `Something other than the API answered: status ${status}, ${type}.`
  return new TesseraError(codesByStatus.get(status) ?? 'NETWORK', message, details)
}

const codesByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [413, 'QUERY_TOO_LARGE'],
  [429, 'RATE_LIMITED'],
])

/** @returns null where the header is absent or no form of it */
export function retryAfterIn(headers: Headers, now = Date.now()): number | null {
  const text = headers.get('retry-after')
  if (text === null) return null
  if (/^\d{1,6}$/.test(text.trim())) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}
