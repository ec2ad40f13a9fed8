/**
 * The address of the API: the one that the page names, else where the script came from, which is served below /embed/.
 * Null for a script that was bundled into the page's own, where only the page knows.
 */
export function apiAddress(named: string | null, page: string, script: string): string | null {
  if (named !== null && named.trim() !== '') {
    return URL.canParse(named, page) ? new URL(named, page).href : null
  }
  if (!URL.canParse(script)) return null
  const { origin, pathname } = new URL(script)
  const end = pathname.lastIndexOf('/embed/')
  return end < 0 || origin === 'null' ? null : `${origin}${pathname.slice(0, end + 1)}`
}
