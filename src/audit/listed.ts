/** Of a detail. Origins have 253 letters at the most where there is such a host, and ids of keys 200. */
const charactersMax = 2_000
const eachMax = 300

/** Names that hold no blanks, as the text of a detail: as many as there is room for, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown: string[] = []
  let length = 0
  for (const name of names) {
    const text = name.length > eachMax ? `${name.slice(0, eachMax)}…` : name
    length += text.length + 1
    if (length > charactersMax) return [...shown, `and ${names.length - shown.length} more`].join(' ')
    shown.push(text)
  }
  return shown.join(' ')
}
