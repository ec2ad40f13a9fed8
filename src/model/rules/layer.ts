import { auditPermission, usagePermission } from '../../access/own-permissions.ts'
import type { LayerDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkValueCount } from './filter.ts'
import { checkOnce, dimensionNames, knownDimension, type Rules } from './lookup.ts'

/** That a role or a policy names what there is. */
export function checkLayer(rules: Rules, layer: LayerDefinition, path: Path): void {
  const { datasets, dashboards = [] } = rules.document
  const widgets = dashboards.flatMap((dashboard) =>
    dashboard.widgets.flatMap(({ name }) => [`${dashboard.name}/${name}`, name]),
  )
  const dimensions = datasets.flatMap((dataset) =>
    dimensionNames(dataset).flatMap((name) => [name, `${dataset.name}.${name}`]),
  )
  const metrics = datasets.flatMap((dataset) =>
    (dataset.metrics ?? []).flatMap(({ name }) => [name, `${dataset.name}.${name}`]),
  )
  const lists = [
    ['dashboards', 'the name of a dashboard', dashboards.map(({ name }) => name)],
    ['widgets', 'dashboard/widget, or the name of a widget', widgets],
    ['hiddenWidgets', 'dashboard/widget, or the name of a widget', widgets],
    ['datasets', 'the name of a dataset', [...rules.datasets.keys()]],
    ['allowedDimensions', 'the name of a dimension, or dataset.dimension', dimensions],
    ['allowedMetrics', 'the name of a metric, or dataset.metric', metrics],
    [
      'permissions',
      'a permission that a dimension, a metric or a benchmark requires',
      requiredPermissions(rules),
    ],
  ] as const
  for (const [member, what, known] of lists) {
    const own = member === 'permissions' ? [auditPermission, usagePermission] : []
    checkNames(rules, { names: layer[member], what, known, own }, [...path, member])
  }
  checkLockedFilters(rules, layer, [...path, 'lockedFilters'])
}

interface Listed {
  readonly names: readonly string[] | undefined
  readonly what: string
  readonly known: readonly string[]
  /** Known as well, whatever the model has. */
  readonly own: readonly string[]
}

function checkNames(rules: Rules, { names = [], what, known, own }: Listed, path: Path): void {
  checkOnce(rules, names, path)
  const set = new Set(known)
  for (const [index, name] of names.entries()) {
    if (!set.has(name) && !own.includes(name)) rules.known(what, name, set, [...path, index])
  }
}

function requiredPermissions({ document }: Rules): readonly string[] {
  const members = document.datasets.flatMap(({ dimensions = [], metrics = [] }) => [
    ...dimensions,
    ...metrics,
  ])
  return [...members, ...(document.benchmarks ?? [])].flatMap(({ requires = [] }) => requires)
}

/** A filter without a dataset must be one that every dataset in reach can apply, or it would close those that can't. */
function checkLockedFilters(
  rules: Rules,
  { lockedFilters = [], datasets }: LayerDefinition,
  path: Path,
): void {
  for (const [index, { dataset, dimension, operator, values }] of lockedFilters.entries()) {
    const at = [...path, index]
    checkValueCount(rules, operator ?? 'EQUALS', values, at)
    if (values.includes(null))
      rules.report([...at, 'values'], 'values that are not null; IS_NULL tests for null')
    if (dataset !== undefined) {
      rules.known('the name of a dataset', dataset, rules.datasets.keys(), [...at, 'dataset'])
      const found = rules.datasets.get(dataset)
      if (found !== undefined) knownDimension(rules, found, dimension, [...at, 'dimension'])
      continue
    }
    const reachable = rules.document.datasets.filter(({ name }) => datasets?.includes(name) ?? true)
    const lacking = reachable.filter((found) => !dimensionNames(found).includes(dimension))
    if (lacking.length === 0) continue
    const names = lacking.map(({ name }) => name).join(', ')
    rules.report(
      [...at, 'dimension'],
      `a dimension of every dataset in reach, which ${names} lacks; name the dataset that the filter is about, or leave the others out of datasets`,
    )
  }
}
