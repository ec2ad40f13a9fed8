/** The only places where a name or a constant becomes SQL text. Both come from the model, never from a request. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unfit = /[\u0000-\u001f\u007f]/
/** PostgreSQL cuts longer names in silence, and two of them could then be one. */
const bytesMax = 63

/** With `$` escaped: what looks like a placeholder is one. */
export function quoteIdentifier(name: string): string {
  const isFit = name !== '' && !unfit.test(name) && name.isWellFormed()
  if (!isFit || Buffer.byteLength(name) > bytesMax) throw new Error('Not a name of a table or column.')
  const quoted = `"${name.replaceAll('"', '""')}"`
  return name.includes('$') ? `U&${quoted.replaceAll('\\', '\\\\').replaceAll('$', '\\0024')}` : quoted
}

/** A constant of the printer's own, whatever the server takes a backslash for: it has none. */
export function quoteString(text: string): string {
  if (unfit.test(text) || /[\\$]/.test(text)) throw new Error('Not a constant of a statement.')
  return `'${text.replaceAll("'", "''")}'`
}
