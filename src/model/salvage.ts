import type { Path } from './problem.ts'

/** Stands for an item that was taken out of a list, so that the items after it keep their places. */
const hole = Symbol('hole')

/**
 * A copy of plain data from which misshapen parts are taken out, so that the sound ones beside them can still be
 * checked. `path` arguments and answers count the items as they were at first.
 */
export interface Remainder {
  /** Takes a part out, or what is around it where it is missing; false where nothing would be left. */
  takeOut(path: Path): boolean
  value(): unknown
  /** Where a part of `value()` stood at first. */
  original(path: Path): Path
  /** Every `name` inside the parts that were taken out. */
  readonly names: ReadonlySet<string>
}

export function remainderOf(value: unknown): Remainder {
  const root: unknown = structuredClone(value)
  const names = new Set<string>()

  function takeOut(path: Path): boolean {
    const parent = at(root, path.slice(0, -1))
    const step = path.at(-1)
    if (Array.isArray(parent) && typeof step === 'number') {
      collectNames(parent[step], names)
      parent[step] = hole
      return true
    }
    if (isRecord(parent) && typeof step === 'string' && step in parent) {
      collectNames({ [step]: parent[step] }, names)
      delete parent[step]
      return true
    }
    return path.length > 0 && takeOut(path.slice(0, -1))
  }

  return {
    takeOut,
    value: () => withoutHoles(root),
    original: (path) => originalPath(root, path),
    names,
  }
}

function at(value: unknown, path: Path): unknown {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)]
    else found = isRecord(found) ? found[step] : undefined
  }
  return found
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function collectNames(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectNames(item, names)
  if (!isRecord(value)) return
  if (typeof value.name === 'string') names.add(value.name)
  for (const member of Object.values(value)) collectNames(member, names)
}

function withoutHoles(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== hole).map(withoutHoles)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutHoles(member)]))
}

function originalPath(root: unknown, path: Path): Path {
  let value = root
  return path.map((step) => {
    if (!Array.isArray(value) || typeof step !== 'number') {
      value = at(value, [step])
      return step
    }
    const places = value.flatMap((item, index) => (item === hole ? [] : [index]))
    const place = places[step] ?? step
    value = value[place]
    return place
  })
}
