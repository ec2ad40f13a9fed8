type Layout = Readonly<Record<string, unknown>>

/**
 * A layout without the places of widgets that are hidden, whatever its form: members and list items that are named
 * after one, and objects that name one.
 */
export function layoutWithout(hidden: ReadonlySet<string>, layout: Layout): Layout {
  return hidden.size === 0 ? layout : withoutMembers(hidden, layout)
}

function withoutMembers(hidden: ReadonlySet<string>, layout: object): Layout {
  const entries = Object.entries(layout).filter(
    ([name, value]) => !hidden.has(name) && !isPlaceOf(hidden, value),
  )
  return Object.fromEntries(entries.map(([name, value]) => [name, without(hidden, value)]))
}

function without(hidden: ReadonlySet<string>, value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((item) => !isPlaceOf(hidden, item)).map((item) => without(hidden, item))
  }
  return typeof value === 'object' && value !== null ? withoutMembers(hidden, value) : value
}

function isPlaceOf(hidden: ReadonlySet<string>, value: unknown): boolean {
  if (typeof value === 'string') return hidden.has(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).some((member) => typeof member === 'string' && hidden.has(member))
}
