/** What addresses of data sources look like, in words. */
export const serverUrlForms = {
  clickhouse: 'an address such as https://host:8443, without a path or query',
  postgres: 'an address such as postgresql://host:5432/database, with nothing behind it but ?sslmode=',
} as const

/** Null for anything else; a user and password may stand in it. */
export function serverUrl(kind: keyof typeof serverUrlForms, text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.hostname === '' || url.hash !== '') return null
  if (kind === 'clickhouse') {
    return /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' ? url : null
  }
  const isPlain = [...url.searchParams.keys()].every((name) => name === 'sslmode')
  return /^postgres(ql)?:$/.test(url.protocol) && isPlain ? url : null
}
