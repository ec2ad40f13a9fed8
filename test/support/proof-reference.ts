import type { FilterInput } from '../../src/catalogue/inputs.ts'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'
import {
  members,
  type ProofCase,
  type ProofLayer,
  type ProofLock,
  type ProofModel,
  type ProofQuestion,
  type ProofToken,
  requires,
} from './proof-case.ts'
import { type Cell, cities, sales } from './proof-rows.ts'
import { rangeOf, rangeReasons } from './proof-time.ts'

/**
 * What a question may see, decided and computed without a line of the product: rows are filtered one by one, joined
 * through a look-up and counted in loops.
 */
export interface Reference {
  /** The codes that it may be refused with; it must be where there is one. */
  readonly reasons: ReadonlySet<string>
  readonly rows: readonly Row[]
}

/** A row as its dataset's dimensions show it, and the columns that metrics are made from. */
export type Row = Readonly<Record<string, Cell>>

export function evaluate({ model, token, question }: ProofCase): Reference {
  const layers = layersOf(model, token)
  const reasons = new Set([...memberReasons(layers, question), ...useReasons(layers, question)])
  const timed = question.dataset === 'sales'
  const range = timed ? rangeOf(question.range) : null
  if (timed) for (const reason of rangeReasons(layers, question, range)) reasons.add(reason)
  const rules = question.dataset === 'sales' ? model.saleRules : model.cityRules
  const joined = question.dataset === 'sales' && readsCity(question)
  if (rules.some((rule) => lacks(rule, token))) reasons.add('ATTRIBUTE_MISSING')
  if (joined && model.cityRules.some((rule) => lacks(rule, token))) reasons.add('ATTRIBUTE_MISSING')
  if (reasons.size > 0) return { reasons, rows: [] }
  const rows = visibleRows({ model, token, layers, dataset: question.dataset }).filter(
    (row) =>
      (range === null || (Number(row.at) >= range.start && Number(row.at) < range.stop)) &&
      question.filters.every((filter) => holds(filter, row)),
  )
  return { reasons, rows }
}

export function layersOf(model: ProofModel, { role, policy, grants }: ProofToken): readonly ProofLayer[] {
  const builtin: Record<string, ProofLayer> = {
    viewer: { permissions: [], allowAdHoc: false, allowDrillDown: false },
    analyst: { permissions: [] },
    admin: { permissions: ['margin', 'sizes'] },
  }
  const first = role === null ? [] : [role === 'r' ? model.role : (builtin[role] ?? {})]
  return [...first, ...(policy === null ? [] : [model.policy]), { ...grants, permissions: undefined }]
}

interface Seeing {
  readonly model: ProofModel
  readonly token: ProofToken
  readonly layers: readonly ProofLayer[]
  readonly dataset: 'sales' | 'cities'
}

/** Every row of a dataset that a token may see, whatever it asks. */
export function visibleRows({ model, token, layers, dataset }: Seeing): readonly Row[] {
  const locks = layers.flatMap(({ lockedFilters = [] }) => lockedFilters)
  const cityRows = cities
    .map((city): Row => ({ ...city }))
    .filter((row) => model.cityRules.every((rule) => ruleHolds(rule, row, token)))
    .filter((row) => locks.filter((lock) => isAbout(lock, 'cities')).every((lock) => holds(lock, row)))
  if (dataset === 'cities') return cityRows
  const earliest = Math.max(...layers.map((layer) => layer.earliest ?? Number.NEGATIVE_INFINITY))
  const joinedWith = (list: readonly Row[]) => {
    const byId = new Map(list.map((row) => [row.city_id, row]))
    return ({ tenant: _, ...sale }: (typeof sales)[number]): Row => {
      const city = byId.get(sale.city_id)
      return { ...sale, city: city?.name ?? null, country: city?.country ?? null }
    }
  }
  // Which sales there are is decided by where they were made, also where that is not shown.
  const whole = joinedWith(cities.map((city): Row => ({ ...city })))
  const isSeen = (row: Row) =>
    model.saleRules.every((rule) => ruleHolds(rule, row, token)) &&
    locks.filter((lock) => isAbout(lock, 'sales')).every((lock) => holds(lock, row))
  return sales
    .filter((sale) => sale.tenant === token.tenant && sale.at >= earliest && isSeen(whole(sale)))
    .map(joinedWith(cityRows))
}

function isAbout({ dataset, dimension }: ProofLock, of: 'sales' | 'cities'): boolean {
  const names: readonly string[] = members[of].dimensions
  return dataset === undefined ? names.includes(dimension) : dataset === of
}

// ── Members ──────────────────────────────────────────────────────────────────────────────────────

export function seesDataset(layers: readonly ProofLayer[], dataset: 'sales' | 'cities'): boolean {
  const names: readonly string[] = members[dataset].dimensions
  return layers.every(
    ({ datasets, lockedFilters = [] }) =>
      (datasets?.includes(dataset) ?? true) &&
      lockedFilters.every((lock) => lock.dataset !== undefined || names.includes(lock.dimension)),
  )
}

export function seesMember(
  layers: readonly ProofLayer[],
  dataset: 'sales' | 'cities',
  kind: 'allowedDimensions' | 'allowedMetrics',
  name: string,
): boolean {
  const needed = requires[name]
  const isNamed = layers.every((layer) => {
    const names = layer[kind]
    return names === undefined || names.includes(name) || names.includes(`${dataset}.${name}`)
  })
  const isTooFine = name === 'at' && layers.some(({ minGranularity }) => minGranularity !== undefined)
  return isNamed && !isTooFine && (needed === undefined || held(layers, needed))
}

/** The topmost role or policy decides; a token is the last layer and grants none. */
function held(layers: readonly ProofLayer[], permission: string): boolean {
  const stored = layers.slice(0, -1)
  if (stored[0]?.permissions === undefined) return false
  return stored.every(({ permissions }) => permissions?.includes(permission) ?? true)
}

function memberReasons(layers: readonly ProofLayer[], question: ProofQuestion): readonly string[] {
  const { dataset } = question
  const metrics = 'metrics' in question ? question.metrics : []
  const dimensions = [
    ...('dimensions' in question ? question.dimensions : []),
    ...(question.kind === 'topValues' ? [question.dimension] : []),
    ...question.filters.flatMap(namesIn),
  ]
  const isVisible = seesDataset(layers, dataset)
  const lacksMetric = metrics.some(
    (name) => !isVisible || !seesMember(layers, dataset, 'allowedMetrics', name),
  )
  return [
    ...(lacksMetric ? ['METRIC_NOT_ALLOWED'] : []),
    ...(metrics.length === 0 && !isVisible ? ['NOT_FOUND'] : []),
    ...(dimensions.some((name) => !seesMember(layers, dataset, 'allowedDimensions', name))
      ? ['DIMENSION_NOT_ALLOWED']
      : []),
  ]
}

function useReasons(layers: readonly ProofLayer[], { kind }: ProofQuestion): readonly string[] {
  const noAdHoc = layers.some(({ allowAdHoc }) => allowAdHoc === false)
  const noDrillDown = kind === 'records' && layers.some(({ allowDrillDown }) => allowDrillDown === false)
  return noAdHoc || noDrillDown ? ['FORBIDDEN'] : []
}

function namesIn({ dimension, and, or, not }: FilterInput): readonly string[] {
  const inner = [...(and ?? []), ...(or ?? []), ...(not == null ? [] : [not])]
  return [...(dimension == null ? [] : [dimension]), ...inner.flatMap(namesIn)]
}

/** Whether anything of the question itself is a column of the joined city. */
function readsCity(question: ProofQuestion): boolean {
  const named = [
    ...('dimensions' in question ? question.dimensions : []),
    ...(question.kind === 'topValues' ? [question.dimension] : []),
    ...question.filters.flatMap(namesIn),
  ]
  return named.some((name) => name === 'city' || name === 'country')
}

// ── Filters and rules ────────────────────────────────────────────────────────────────────────────

function holds(filter: FilterInput, row: Row): boolean {
  const { dimension, operator = 'EQUALS', values, and, or, not } = filter
  if (and != null) return and.every((part) => holds(part, row))
  if (or != null) return or.some((part) => holds(part, row))
  if (not != null) return !holds(not, row)
  const cell = row[dimension ?? ''] ?? null
  const [value] = values ?? []
  switch (operator) {
    case 'IS_NULL':
      return cell === null
    case 'EQUALS':
      return (values ?? []).some((one) => one === cell)
    case 'NOT_EQUALS':
      return !(values ?? []).some((one) => one === cell)
    case 'GREATER_THAN':
      return cell !== null && Number(cell) > Number(value)
    default:
      throw new Error(`The reference knows no ${operator}.`)
  }
}

function ruleHolds(rule: RowRuleDefinition, row: Row, token: ProofToken): boolean {
  if (rule.and !== undefined) return rule.and.every((part) => ruleHolds(part, row, token))
  if (rule.or !== undefined) return rule.or.some((part) => ruleHolds(part, row, token))
  if (rule.not !== undefined) return !ruleHolds(rule.not, row, token)
  const cell = row[rule.dimension ?? ''] ?? null
  const value = (of: unknown): unknown =>
    typeof of === 'object' && of !== null && 'attribute' in of ? token.attributes[String(of.attribute)] : of
  if (rule.in !== undefined) {
    const among = value(rule.in)
    return Array.isArray(among) && among.map(value).includes(cell)
  }
  if (rule.equals !== undefined) return value(rule.equals) === cell
  if (rule.lessThan !== undefined) return cell !== null && Number(cell) < Number(value(rule.lessThan))
  if (rule.between !== undefined) {
    const [least, most] = rule.between.map(value)
    return cell !== null && Number(cell) >= Number(least) && Number(cell) <= Number(most)
  }
  throw new Error('The reference knows no such rule.')
}

/** Whether a rule reads an attribute that the token has not, or has in another form. */
function lacks(rule: RowRuleDefinition, token: ProofToken): boolean {
  const inner = [...(rule.and ?? []), ...(rule.or ?? []), ...(rule.not === undefined ? [] : [rule.not])]
  if (inner.some((part) => lacks(part, token))) return true
  const isNumber = rule.dimension === 'amount' || rule.dimension === 'size'
  const fits = (of: unknown): boolean => {
    if (typeof of !== 'object' || of === null || !('attribute' in of)) return true
    const value = token.attributes[String(of.attribute)]
    return typeof value === (isNumber ? 'number' : 'string')
  }
  if (rule.in !== undefined) {
    if (Array.isArray(rule.in)) return !rule.in.every(fits)
    const value = token.attributes[Object(rule.in).attribute]
    return !Array.isArray(value)
  }
  return ![rule.equals, rule.lessThan, ...(rule.between ?? [])].every(fits)
}
