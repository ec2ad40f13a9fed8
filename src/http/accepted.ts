import { eventsFormat, type Format, partsFormat } from './delivery.ts'

/** The forms in which a client takes an answer: RFC 9110, 12.5.1, with the quality that it gives to each. */
export interface Accepted {
  /** Of an answer in parts; null for one that is to come whole. */
  readonly parts: Format | null
  /** Of a whole answer; null for JSON. */
  readonly whole: Format | null
  /** Whether it takes the events of a subscription, which have no other form. */
  readonly events: boolean
  /** The type of JSON that it likes best, or anything. */
  readonly json: string
}

export const acceptable =
  'a request that accepts application/graphql-response+json, application/json, multipart/mixed or text/event-stream'

const jsonTypes = ['application/graphql-response+json', 'application/json']

/**
 * @param header of Accept; one that is missing or empty takes anything
 * @returns null where it takes nothing that there is
 */
export function acceptedBy(header: string | undefined): Accepted | null {
  const qualities = qualitiesIn(header || '*/*')
  const anything = qualities.get('*/*') ?? 0
  /** Streams are for those who name them: whoever takes anything may not know them. */
  const named = (type: string) => qualities.get(type) ?? qualities.get(type.replace(/\/.*/, '/*')) ?? null
  const qualityOf = (type: string) => named(type) ?? anything
  const [bestJson = '*/*'] = jsonTypes.toSorted((a, b) => qualityOf(b) - qualityOf(a))
  const json = qualityOf(bestJson)
  const parts = named('multipart/mixed') ?? 0
  const events = named('text/event-stream') ?? 0
  const stream = Math.max(parts, events)
  const takesEvents = qualityOf('text/event-stream') > 0
  if (json === 0 && stream === 0 && !takesEvents) return null
  const format = stream === 0 ? null : parts >= events ? partsFormat : eventsFormat
  return {
    parts: stream >= json ? format : null,
    whole: stream > json ? wholeFormat(parts, events) : null,
    events: takesEvents,
    json: json === 0 || named(bestJson) !== null ? bestJson : '*/*',
  }
}

/** An answer that comes at once is an event rather than a part. */
function wholeFormat(parts: number, events: number): Format {
  return events >= parts ? eventsFormat : partsFormat
}

/** No browser says so many; fifteen thousand took 2.6 ms. */
const typesMax = 50
const parametersMax = 10

/** By media type or range; the first of several. */
function qualitiesIn(header: string): ReadonlyMap<string, number> {
  const entries = header.split(',', typesMax).map((entry): readonly [string, number] => {
    const [type = '', ...parameters] = entry
      .split(';', parametersMax)
      .map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '')
    return [type, qualityOf(quality)]
  })
  return new Map(entries.toReversed())
}

/** Of what is no quality, that of whoever says none. */
function qualityOf(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1
}
