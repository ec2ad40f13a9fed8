/**
 * The address of the API: the one that the page names, else where the script came from, which is served below /embed/.
 * Null for a script that was bundled into the page's own, where only the page knows.
 */
export function apiAddress(named: string | null | undefined, page: string, script: string): string | null {
  if (named?.trim()) {
    const address = URL.canParse(named, page) ? new URL(named, page) : null
    // "localhost:4000" is an address of the scheme "localhost".
    return address !== null && /^https?:$/.test(address.protocol) ? address.href : null
  }
  if (!URL.canParse(script)) return null
  const { origin, pathname } = new URL(script)
  const end = pathname.lastIndexOf('/embed/')
  return end < 0 || origin === 'null' ? null : `${origin}${pathname.slice(0, end + 1)}`
}
