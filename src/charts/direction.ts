/** Of a BCP 47 tag, in lower case. */
export function languageOf(locale: string): string {
  return locale.split('-')[0]?.toLowerCase() ?? ''
}

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return ['ar', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi'].includes(languageOf(locale)) ? 'rtl' : 'ltr'
}
