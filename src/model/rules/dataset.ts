import { isDeepStrictEqual } from 'node:util'
import type { DatasetDefinition, DimensionDefinition, JoinDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { modelTableOf } from '../routing.ts'
import { checkPlace } from './data-source.ts'
import { checkUnique, dimensionNames, type Rules } from './lookup.ts'
import { checkMetric } from './metric.ts'
import { checkRowRules } from './row-rule.ts'
import { checkTenancy } from './tenancy.ts'

export function checkDataset(rules: Rules, dataset: DatasetDefinition, path: Path): void {
  const { dimensions = [], joins = [], metrics = [] } = dataset
  const sources = rules.document.dataSources.map(({ name }) => name)
  if (dataset.dataSource !== undefined) {
    rules.known('the name of a data source', dataset.dataSource, sources, [...path, 'dataSource'])
  }
  checkPlace(rules, dataset, path)
  checkTenancy(rules, dataset, path)
  checkTimeDimension(rules, dataset, path)
  for (const [index, join] of joins.entries()) checkJoin(rules, dataset, join, [...path, 'joins', index])
  checkUnique(rules, dimensions, [...path, 'dimensions'])
  for (const [index, dimension] of dimensions.entries()) {
    checkDimension(rules, dataset, dimension, [...path, 'dimensions', index])
  }
  checkRowRules(rules, dataset, path)
  for (const [index, metric] of metrics.entries())
    checkMetric(rules, dataset, metric, [...path, 'metrics', index])
}

function checkTimeDimension(rules: Rules, dataset: DatasetDefinition, path: Path): void {
  const { timeDimension, latency, dimensions = [] } = dataset
  if (latency !== undefined && timeDimension === undefined) {
    rules.report([...path, 'latency'], 'a timeDimension, which it counts from, or no latency')
  }
  if (timeDimension === undefined) return
  const at = [...path, 'timeDimension']
  const what = `a dimension of the dataset ${dataset.name}`
  if (!rules.known(what, timeDimension, dimensionNames(dataset), at)) return
  const found = dimensions.find(({ name }) => name === timeDimension)
  if (found?.type !== 'time' || found.from !== undefined) {
    rules.report(at, 'a dimension of the type time with a column of its own')
  }
  // Ranges are about it without naming it; what a token may ask of time has grants of its own.
  if (found?.requires !== undefined) rules.report(at, 'a dimension that requires no permission')
}

function checkJoin(rules: Rules, dataset: DatasetDefinition, join: JoinDefinition, path: Path): void {
  if (Object.keys(join.on).length === 0) rules.report([...path, 'on'], 'at least one pair of columns')
  const others = [...rules.datasets.keys()].filter((name) => name !== dataset.name)
  if (!rules.known('the name of another dataset', join.to, others, [...path, 'to'])) return
  if (dataset.joins?.find(({ to }) => to === join.to) !== join) {
    rules.report([...path, 'to'], `one join for each dataset; another leads to ${join.to}`)
  }
  if (rules.datasets.get(join.to)?.dataSource !== dataset.dataSource) {
    const where =
      dataset.dataSource === undefined
        ? "a dataset without a dataSource, which is in the tenant's place like this one"
        : `a dataset of the same data source, ${dataset.dataSource}`
    rules.report([...path, 'to'], where)
  }
  checkTableReadTwice(rules, dataset, join, path)
}

const ownerMembers = ['tenantColumn', 'tenancy', 'organizationColumn', 'environmentColumn'] as const

/** The engine's own filter holds for a table by its name, so one statement cannot read it in two ways. */
function checkTableReadTwice(
  rules: Rules,
  dataset: DatasetDefinition,
  { to }: JoinDefinition,
  path: Path,
): void {
  const other = rules.datasets.get(to)
  if (other === undefined) return
  const joined = (dataset.joins ?? []).map((join) => rules.datasets.get(join.to))
  const clashing = [dataset, ...joined].find(
    (found) =>
      found !== undefined &&
      isDeepStrictEqual(modelTableOf(rules.document, found), modelTableOf(rules.document, other)) &&
      ownerMembers.some((member) => found[member] !== other[member]),
  )
  if (clashing === undefined) return
  const expected = `a dataset with the tenancy of ${clashing.name}, because both read the table ${other.table}`
  rules.report([...path, 'to'], expected)
}

function checkDimension(
  rules: Rules,
  dataset: DatasetDefinition,
  dimension: DimensionDefinition,
  path: Path,
): void {
  if (dimension.from !== undefined) checkFrom(rules, dataset, dimension, path)
  else if (dimension.type === undefined) rules.report(path, 'a type: string, number, boolean or time')
}

/** The two halves of `airports.state`; the name of a dataset holds no dot. */
export function splitFrom(from: string): readonly [dataset: string, member: string] {
  const dot = from.indexOf('.')
  return [from.slice(0, dot), from.slice(dot + 1)]
}

function checkFrom(
  rules: Rules,
  dataset: DatasetDefinition,
  dimension: DimensionDefinition,
  path: Path,
): void {
  if (dimension.column !== undefined) rules.report(path, 'either column or from')
  const at = [...path, 'from']
  const [joined, member] = splitFrom(dimension.from ?? '')
  const joins = (dataset.joins ?? []).map(({ to }) => to)
  if (!rules.known(`a dataset that ${dataset.name} joins`, joined, joins, at)) return
  const other = rules.datasets.get(joined)?.dimensions?.find(({ name }) => name === member)
  if (other?.from !== undefined) {
    rules.report(
      at,
      `a dimension with a column of ${joined} itself; joins go one step, and this one needs another`,
    )
  } else if (other !== undefined && dimension.type !== undefined && dimension.type !== other.type) {
    rules.report([...path, 'type'], `${other.type}, the type of ${joined}.${member}, or no type at all`)
  }
}
