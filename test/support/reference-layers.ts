import type { GuestTokenPayload } from '../../src/access/payload.ts'
import type { DatasetDefinition, LayerDefinition, ModelDocument } from '../../src/model/document.ts'

/** What a token says, in its own spelling. */
export type Claims = Partial<GuestTokenPayload>
/** Null is a layer that holds every permission there is. */
export type ReferenceLayer = Omit<LayerDefinition, 'name' | 'permissions' | 'lockedFilters'> & {
  readonly permissions?: readonly string[] | null | undefined
  readonly lockedFilters?: readonly Lock[] | undefined
}
export type Lock = NonNullable<LayerDefinition['lockedFilters']>[number]

/** Who asks what of which model, without anything that a server would make of it. */
export interface Viewing {
  readonly document: ModelDocument
  readonly tenant: string
  readonly claims: Claims
}

const builtin: Readonly<Record<string, ReferenceLayer>> = {
  viewer: { permissions: [], allowAdHoc: false, allowDrillDown: false, allowExport: false },
  analyst: { permissions: [] },
  admin: { permissions: null },
}

export interface Layers {
  /** Role, policy and token, of those that there are. */
  readonly all: readonly ReferenceLayer[]
  /** Without the token, which grants no permissions. */
  readonly stored: readonly ReferenceLayer[]
}

export function layersOf({ document, claims }: Viewing): Layers {
  const { role, policy } = claims
  const named = (list: readonly LayerDefinition[] | undefined, name: string) =>
    list?.find((layer) => layer.name === name)
  const stored = [
    ...(role === undefined ? [] : [named(document.roles, role) ?? builtin[role] ?? unknown('role', role)]),
    ...(policy === undefined ? [] : [named(document.policies, policy) ?? unknown('policy', policy)]),
  ]
  return { stored, all: [...stored, tokenLayer(claims)] }
}

function unknown(kind: string, name: string): never {
  throw new Error(`There is no ${kind} ${name} in the case.`)
}

function tokenLayer(claims: Claims): ReferenceLayer {
  return {
    dashboards: claims.dashboard_ids,
    widgets: claims.widget_ids,
    hiddenWidgets: claims.hidden_widgets,
    datasets: claims.dataset_ids,
    allowedDimensions: claims.allowed_dimensions,
    lockedFilters: claims.locked_filters,
    allowedPeriods: claims.allowed_periods,
    timeZones: claims.time_zones,
    minGranularity: claims.min_granularity,
    maxDateRangeDays: claims.max_date_range_days,
    earliest: claims.earliest === undefined ? undefined : new Date(claims.earliest * 1000).toISOString(),
    allowDrillDown: claims.allow_drill_down,
    allowAdHoc: claims.allow_ad_hoc,
  }
}

export function datasetNamed({ datasets }: ModelDocument, name: string): DatasetDefinition {
  const found = datasets.find((dataset) => dataset.name === name)
  if (found === undefined) throw new Error(`There is no dataset ${name} in the case.`)
  return found
}

// ── What may be named ────────────────────────────────────────────────────────────────────────────

export function seesDataset({ all }: Layers, dataset: DatasetDefinition): boolean {
  return all.every(({ datasets, lockedFilters = [] }) => {
    const isGranted = datasets === undefined || datasets.includes(dataset.name)
    const canBeLocked = lockedFilters.every(
      (lock) =>
        (lock.dataset !== undefined && lock.dataset !== dataset.name) ||
        hasDimension(dataset, lock.dimension),
    )
    return isGranted && canBeLocked
  })
}

function hasDimension({ dimensions = [] }: DatasetDefinition, name: string): boolean {
  return dimensions.some((dimension) => dimension.name === name)
}

/** Whatever its dataset. */
export function mayNameDimension(
  document: ModelDocument,
  layers: Layers,
  dataset: DatasetDefinition,
  name: string,
): boolean {
  const dimension = dataset.dimensions?.find((one) => one.name === name)
  if (dimension === undefined) return false
  const isTime = dimension.type === 'time'
  return (
    isListed(layers, 'allowedDimensions', dataset.name, name) &&
    holdsAll(layers, requiredOf(document, dataset, name)) &&
    !(isTime && layers.all.some(({ minGranularity }) => minGranularity !== undefined))
  )
}

/** Of the dimension itself, and of the one that it shows through a join. */
function requiredOf(document: ModelDocument, dataset: DatasetDefinition, name: string): readonly string[] {
  const dimension = dataset.dimensions?.find((one) => one.name === name)
  const own = dimension?.requires ?? []
  const [other, theirs] = dimension?.from?.split('.') ?? []
  if (other === undefined || theirs === undefined) return own
  return [...own, ...requiredOf(document, datasetNamed(document, other), theirs)]
}

export function mayNameMetric(layers: Layers, dataset: DatasetDefinition, name: string): boolean {
  const metric = dataset.metrics?.find((one) => one.name === name)
  if (metric === undefined || !seesDataset(layers, dataset)) return false
  return (
    isListed(layers, 'allowedMetrics', dataset.name, name) &&
    holdsAll(layers, requiredOfMetric(dataset, name))
  )
}

/** A ratio needs what its parts need, from which they could be worked out. */
function requiredOfMetric(dataset: DatasetDefinition, name: string): readonly string[] {
  const { requires = [], ratio = [] } = dataset.metrics?.find((one) => one.name === name) ?? {}
  return [...requires, ...ratio.flatMap((part) => requiredOfMetric(dataset, part))]
}

function isListed(
  { all }: Layers,
  grant: 'allowedDimensions' | 'allowedMetrics',
  dataset: string,
  name: string,
): boolean {
  return all.every((layer) => {
    const names = layer[grant]
    return names === undefined || names.includes(name) || names.includes(`${dataset}.${name}`)
  })
}

/** The first of role and policy decides; the other only takes away. */
function holdsAll({ stored }: Layers, required: readonly string[]): boolean {
  if (required.length === 0) return true
  const [first, ...others] = stored
  if (first === undefined || first.permissions === undefined) return false
  return required.every(
    (permission) =>
      (first.permissions === null || first.permissions?.includes(permission) === true) &&
      others.every(({ permissions }) => permissions == null || permissions.includes(permission)),
  )
}
