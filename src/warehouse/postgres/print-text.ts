export function clause(keyword: string, ...conditions: readonly string[]): readonly string[] {
  const rest = conditions.filter((condition) => condition !== 'true')
  return rest.length === 0 ? [] : [`${keyword} ${rest.join(' AND ')}`]
}

export function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('Not a count of rows.')
  return String(value)
}

export function indent(text: string): string {
  return text.includes('\n') ? `\n  ${text.replaceAll('\n', '\n  ')}\n` : text
}

/** The rows of a select without a name of its own. */
export function rowsOf(text: string): string {
  return `(${indent(text)}) AS t`
}
