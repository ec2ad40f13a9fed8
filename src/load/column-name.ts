/**
 * A column's name as a table and a model can have it: what isn't a letter, a digit or `_` becomes `_`. Names that are so
 * already stay as they are.
 * @param place counted from 1, for a name of which nothing is left
 */
export function safeColumnName(name: string, place: number): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return name
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase()
  if (plain === '') return `column_${place}`
  return (/^\d/.test(plain) ? `column_${plain}` : plain).slice(0, 63)
}

/** The safe names of columns, in their order. @throws Error that names two columns which would be the same */
export function safeColumnNames(names: readonly string[]): readonly string[] {
  const taken = new Map<string, string>()
  return names.map((name, index) => {
    const safe = safeColumnName(name, index + 1)
    const other = taken.get(safe)
    if (other !== undefined) {
      throw new Error(
        `The columns ${JSON.stringify(other)} and ${JSON.stringify(name)} would both be named ${safe}. Rename one of them in the file.`,
      )
    }
    taken.set(safe, name)
    return safe
  })
}
