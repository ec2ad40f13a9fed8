// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unfit = /[\u0000-\u001f\u007f]/
/** The engine cuts what is longer, without a word: two names could meet. */
const bytesMax = 63

/** The only place where a name becomes SQL text. It comes from the model, never from a request. */
export function quoteIdentifier(name: string): string {
  if (name === '' || unfit.test(name) || !name.isWellFormed() || Buffer.byteLength(name) > bytesMax)
    throw new Error('Not a name of a table or column.')
  return `"${name.replaceAll('"', '""')}"`
}
