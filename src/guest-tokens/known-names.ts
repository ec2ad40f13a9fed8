import { type Catalogue, widgetKey } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'
import { nearest } from '../nearest.ts'

type Optional<T> = T | null | undefined

/** @throws BAD_USER_INPUT with the nearest names that there are */
export function knownName(
  name: Optional<string>,
  known: Iterable<string>,
  argument: string,
  expected: string,
): string | undefined {
  if (name == null) return undefined
  const names = [...known]
  if (names.includes(name)) return name
  throw badInput(argument, expected, nearest(name, names))
}

/** @throws BAD_USER_INPUT with the nearest names that there are */
export function knownNames(
  names: Optional<readonly string[]>,
  known: Iterable<string>,
  argument: string,
  expected: string,
): string[] | undefined {
  if (names == null) return undefined
  const set = new Set(known)
  for (const [index, name] of names.entries()) {
    if (!set.has(name)) throw badInput(`${argument}.${index}`, expected, nearest(name, set))
  }
  return [...names]
}

/** Those of the environment and of the tenant itself. */
export function dashboardNames({ dashboards }: Catalogue, tenantId: string): readonly string[] {
  return [...dashboards.values()]
    .filter((dashboard) => (dashboard.tenantId ?? tenantId) === tenantId)
    .map(({ name }) => name)
}

/** Each by its own name and by its dashboard's. */
export function widgetNames(catalogue: Catalogue, tenantId: string): readonly string[] {
  const shown = new Set(dashboardNames(catalogue, tenantId))
  const widgets = [...catalogue.widgets.values()].filter(({ dashboard }) => shown.has(dashboard))
  return widgets.flatMap(({ dashboard, name }) => [widgetKey(dashboard, name), name])
}

/** Each by its own name and by its dataset's. */
export function dimensionNames({ datasets }: Catalogue): readonly string[] {
  return [...datasets.values()].flatMap(({ name, dimensions }) =>
    [...dimensions.keys()].flatMap((dimension) => [dimension, `${name}.${dimension}`]),
  )
}
