import { randomBytes } from 'node:crypto'
import type { Parameter } from '../statement.ts'
import { escapeText } from './parameters.ts'

/** What one request carries, in ClickHouse's HTTP interface. */
export interface Form {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Proxies take about eight thousand characters of address; ClickHouse's own clients draw the line here as well. */
const addressLengthMax = 4_096
/** ClickHouse takes 131,072 bytes of one field in a form, and a letter has at most four. */
const fieldLengthMax = 32_000

/**
 * Parameters stand in the address, where short, as every version and proxy understands them; longer ones, such as lists of a
 * thousand values, in a form.
 */
export function formOf(
  text: string,
  parameters: readonly Parameter[],
  settings: Readonly<Record<string, string>>,
): Form {
  const values = parameters.map(({ name, value }) => [`param_${name}`, escapeText(value)] as const)
  const search = new URLSearchParams(settings)
  for (const [name, value] of values) search.append(name, value)
  if (search.toString().length <= addressLengthMax || text.length > fieldLengthMax) {
    return { path: `/?${search}`, headers: {}, body: text }
  }
  const boundary = `tessera-${randomBytes(16).toString('hex')}`
  const fields = [['query', text], ...values].map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    path: `/?${new URLSearchParams(settings)}`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `${fields.join('')}--${boundary}--\r\n`,
  }
}
