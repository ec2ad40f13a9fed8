import { TesseraError } from '../../errors.ts'

/** Gives on what came whole, of this piece and those before; null where nothing did. */
export type Frames = (piece: Buffer) => Buffer | null

/** Of a whole message that begins and ends there, without its head. */
type Holds = (bytes: Buffer, start: number, end: number) => boolean

const headBytes = 5
/** The longest row; whatever else a server says of itself is far below the other bound. */
const rowBytesMax = 64 * 2 ** 20
const otherBytesMax = 2 ** 20
/** Never there: what was to be read goes beyond its message. */
const beyond = Number.POSITIVE_INFINITY
const row = 'D'
const rowByte = row.charCodeAt(0)

/**
 * Messages of a server, of which each is of a kind that was asked for, no longer than such a one is, and holds what it says:
 * the driver's parser looks at none of that, reads on beyond the end for ever, and what it throws ends the process.
 * @throws an error with the code EPROTO; TesseraError QUERY_TOO_LARGE for a row
 */
export function createFrames(): Frames {
  let kept: Buffer[] = []
  let keptBytes = 0
  let neededBytes = headBytes

  return (piece) => {
    kept.push(piece)
    keptBytes += piece.length
    if (keptBytes < neededBytes) return null
    const bytes = kept.length === 1 ? piece : Buffer.concat(kept, keptBytes)
    const whole = wholeOf(bytes)
    kept = whole.end < bytes.length ? [bytes.subarray(whole.end)] : []
    keptBytes = bytes.length - whole.end
    neededBytes = whole.nextBytes
    return whole.end === 0 ? null : bytes.subarray(0, whole.end)
  }
}

/** Where the whole messages end, and how much the next one takes. */
function wholeOf(bytes: Buffer): { readonly end: number; readonly nextBytes: number } {
  let end = 0
  while (end + headBytes <= bytes.length) {
    const kind = bytes[end] ?? 0
    const lengthBytes = 1 + (int32At(bytes, end + 1) >>> 0)
    const holds = kindsByByte[kind]
    if (holds === undefined || lengthBytes < headBytes) throw notOfProtocol()
    if (lengthBytes > (kind === rowByte ? rowBytesMax : otherBytesMax)) throw tooLong(kind)
    if (end + lengthBytes > bytes.length) return { end, nextBytes: lengthBytes }
    if (!holds(bytes, end + headBytes, end + lengthBytes)) throw notOfProtocol()
    end += lengthBytes
  }
  return { end, nextBytes: headBytes }
}

const isEmpty: Holds = (_, start, end) => start === end

/** None of COPY, which nothing asks for. */
const kinds: Readonly<Record<string, Holds | undefined>> = {
  // ParseComplete, BindComplete, CloseComplete, NoData, PortalSuspended, EmptyQueryResponse
  ...{ 1: isEmpty, 2: isEmpty, 3: isEmpty, n: isEmpty, s: isEmpty, I: isEmpty },
  // ReadyForQuery, BackendKeyData, CommandComplete, ParameterStatus, NotificationResponse
  Z: (_, start, end) => end - start === 1,
  K: (_, start, end) => end - start >= 8,
  C: (bytes, start, end) => afterTexts(bytes, start, end, 1) === end,
  S: (bytes, start, end) => afterTexts(bytes, start, end, 2) === end,
  A: (bytes, start, end) => afterTexts(bytes, start + 4, end, 2) === end,
  // ErrorResponse, NoticeResponse
  E: (bytes, start, end) => isListOfTexts(bytes, start, end, 1),
  N: (bytes, start, end) => isListOfTexts(bytes, start, end, 1),
  R: isAuthentication,
  T: isRowDescription,
  [row]: isRow,
  // ParameterDescription
  t: (bytes, start, end) => end - start >= 2 && end - start === 2 + 4 * bytes.readUInt16BE(start),
}

/** Each row passes here: looking a byte up is quicker than looking a letter up. */
const kindsByByte: readonly (Holds | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => kinds[String.fromCharCode(byte)],
)

/** As readInt32BE, without its checks, which cost a row more than all else; a byte beyond the end is 0. */
function int32At(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  )
}

function isAuthentication(bytes: Buffer, start: number, end: number): boolean {
  const bodyBytes = end - start
  if (bodyBytes < 4) return false
  switch (bytes.readInt32BE(start)) {
    case 0: // done
    case 3: // a password
      return bodyBytes === 4
    case 5: // MD5, with its salt
      return bodyBytes === 8
    case 10: // SASL, with its mechanisms
      return isListOfTexts(bytes, start + 4, end, 0)
    case 11:
    case 12:
      return true
    default:
      return false
  }
}

function isRowDescription(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false
  let at = start + 2
  for (let left = bytes.readUInt16BE(start); left > 0 && at < end; left -= 1) {
    at = afterTexts(bytes, at, end, 1) + 18
    if (left === 1) return at === end
  }
  return at === end && bytes.readUInt16BE(start) === 0
}

function isRow(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2) return false
  let at = start + 2
  for (let left = bytes.readUInt16BE(start); left > 0; left -= 1) {
    if (at + 4 > end) return false
    const cellBytes = int32At(bytes, at)
    if (cellBytes < -1) return false
    at += 4 + Math.max(cellBytes, 0)
  }
  return at === end
}

/** Texts of which each has so many bytes before it, until a zero in place of the next. */
function isListOfTexts(bytes: Buffer, start: number, end: number, bytesBefore: number): boolean {
  let at = start
  while (at < end && bytes[at] !== 0) at = afterTexts(bytes, at + bytesBefore, end, 1)
  return at === end - 1
}

function afterTexts(bytes: Buffer, start: number, end: number, count: number): number {
  let at = start
  for (let left = count; left > 0 && at < end; left -= 1) {
    const zero = bytes.indexOf(0, at)
    at = zero === -1 || zero >= end ? beyond : zero + 1
    if (left === 1) return at
  }
  return beyond
}

function tooLong(kind: number): Error {
  return kind === rowByte ? new TesseraError('QUERY_TOO_LARGE') : notOfProtocol()
}

/** As the system says it of a peer that speaks something else. */
export function notOfProtocol(cause?: unknown): Error {
  return Object.assign(new Error('The server does not speak as PostgreSQL does.', { cause }), {
    code: 'EPROTO',
  })
}
