/** The first of the locales that is one. */
export function knownLocale(candidates: readonly (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    const locale = canonical(candidate ?? '')
    if (locale !== null) return locale
  }
  return 'en'
}

/** The zone of a host where it is one, else the browser's. */
export function knownTimeZone(candidate: string | null | undefined): string {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC'
  if (!candidate) return own
  try {
    return new Intl.DateTimeFormat('en', { timeZone: candidate }).resolvedOptions().timeZone
  } catch {
    return own
  }
}

function canonical(locale: string): string | null {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? null
  } catch {
    return null
  }
}
