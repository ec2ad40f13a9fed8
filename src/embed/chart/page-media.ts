/** What the viewer has asked the browser for. */
export interface PageMedia {
  readonly reducedMotion: boolean
  /** Tell series apart by more than color. */
  readonly patterns: boolean
  readonly isDark: boolean
}

const queries = {
  reducedMotion: '(prefers-reduced-motion: reduce)',
  moreContrast: '(prefers-contrast: more)',
  forcedColors: '(forced-colors: active)',
  isDark: '(prefers-color-scheme: dark)',
} as const

export function pageMedia(): PageMedia {
  const matches = (query: string) => matchMedia(query).matches
  return {
    reducedMotion: matches(queries.reducedMotion),
    patterns: matches(queries.moreContrast) || matches(queries.forcedColors),
    isDark: matches(queries.isDark),
  }
}

export function onMediaChange(changed: () => void): () => void {
  const lists = Object.values(queries).map((query) => matchMedia(query))
  for (const list of lists) list.addEventListener('change', changed)
  return () => {
    for (const list of lists) list.removeEventListener('change', changed)
  }
}
