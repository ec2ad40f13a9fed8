/** The only places where a name or a constant becomes SQL text. Both come from the model, never from a request. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unfit = /[\u0000-\u001f\u007f]/

export function quoteIdentifier(name: string): string {
  if (name === '' || unfit.test(name) || !name.isWellFormed())
    throw new Error('Not a name of a table or column.')
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

export function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Any text as a constant made of hexadecimal digits alone. */
export function hexadecimal(text: string): string {
  return `unhex('${Buffer.from(text, 'utf8').toString('hex').toUpperCase()}')`
}
