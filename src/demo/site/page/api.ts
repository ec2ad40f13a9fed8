/** What the API answered, and what was asked in a few lines that a person can read. */
export interface Sent {
  readonly request: string
  readonly status: number
  /** The code of the first error; null where there is none. */
  readonly code: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface Question {
  readonly api: string
  /** Null sends no token at all. */
  readonly token: string | null
  /** Whose token it is and what was done to it: the token itself is shown to nobody. */
  readonly tokenIs: string
  readonly query: string
}

/** Plainly, as anyone can from the developer tools of a browser. */
export async function ask({ api, token, tokenIs, query }: Question): Promise<Sent> {
  const response = await fetch(`${api}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  })
  const body: unknown = await response.json()
  const { data, errors } = Object(body)
  return {
    request: `token: ${tokenIs}\n${query}`,
    status: response.status,
    code: errors === undefined ? null : String(errors[0]?.extensions?.code),
    data: Object(data),
  }
}

/** @throws Error where the host's own backend gives none */
export async function post(path: string, body: object): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

/** The claims in the middle part of a token: anyone who holds it can read them, and write others. */
export function edited(
  token: string,
  change: { readonly header?: object; readonly claims?: object },
): string {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return [
    encode({ ...decode(header), ...change.header }),
    encode({ ...decode(claims), ...change.claims }),
    change.header === undefined ? signature : '',
  ].join('.')
}

export function decode(part: string): Readonly<Record<string, unknown>> {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  )
  return Object(JSON.parse(new TextDecoder().decode(bytes)))
}

function encode(value: object): string {
  const letters = [...new TextEncoder().encode(JSON.stringify(value))].map((byte) =>
    String.fromCharCode(byte),
  )
  return btoa(letters.join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
