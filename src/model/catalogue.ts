import { builtinRoles } from '../access/builtin-roles.ts'
import type { Grants } from '../access/grants.ts'
import type {
  Catalogue,
  Dashboard,
  DashboardFilter,
  Dataset,
  Dimension,
  Join,
  Tenancy,
  ValueType,
  Widget,
} from '../catalogue/catalogue.ts'
import { widgetKey } from '../catalogue/catalogue.ts'
import type { Column, ColumnType } from '../catalogue/column.ts'
import { type Customs, defaultCustoms } from '../catalogue/customs.ts'
import { buildBenchmark } from './benchmark.ts'
import { dimensionNamed, sourceOf } from './column-uses.ts'
import { buildDataSource } from './data-source.ts'
import {
  type DashboardDefinition,
  type DatasetDefinition,
  type DimensionDefinition,
  headOf,
  type LayerDefinition,
  type ModelDocument,
  titleOf,
  type WidgetDefinition,
} from './document.ts'
import { deepFreeze } from './freeze.ts'
import { parseLatency } from './latency.ts'
import { buildLayer } from './layers.ts'
import { buildMetrics } from './metrics.ts'
import { questionOf } from './question.ts'
import { buildRouting, modelTableOf } from './routing.ts'
import { buildRowRule } from './row-rules.ts'
import { filterName, openFilterDataset } from './rules/dashboard.ts'
import { splitFrom } from './rules/dataset.ts'

/** By dataset and name, the physical columns that the model uses. */
export type ModelColumns = ReadonlyMap<string, ReadonlyMap<string, Column>>

export const emptyCatalogue: Catalogue = buildCatalogue({ dataSources: [], datasets: [] }, new Map(), 0)

/** What requests are answered from: the document with its columns found and its defaults filled in. Pure; frozen. */
export function buildCatalogue(document: ModelDocument, columns: ModelColumns, version: number): Catalogue {
  const own = structuredClone(document)
  const datasets = own.datasets.map((definition) => buildDataset(own, definition, columns))
  const dashboards = (own.dashboards ?? []).map((definition) => buildDashboard(own, definition))
  const widgets = dashboards.flatMap((dashboard) => dashboard.widgets)
  return deepFreeze({
    version,
    customs: customsOf(own),
    dataSources: byName(own.dataSources.map(buildDataSource)),
    routing: buildRouting(own),
    datasets: byName(datasets),
    metrics: byName(datasets.flatMap((dataset) => dataset.metrics)),
    benchmarks: byName((own.benchmarks ?? []).map(buildBenchmark)),
    dashboards: byName(dashboards),
    roles: new Map([...builtinRoles, ...layersByName(own.roles)]),
    policies: layersByName(own.policies),
    widgets: new Map(widgets.map((widget) => [widgetKey(widget.dashboard, widget.name), widget])),
  })
}

function customsOf({ calendar }: ModelDocument): Customs {
  const { weekStart, fiscalYearStart } = defaultCustoms
  return {
    weekStart: calendar?.weekStart ?? weekStart,
    fiscalYearStart: calendar?.fiscalYearStart ?? fiscalYearStart,
  }
}

function layersByName(definitions: readonly LayerDefinition[] = []): ReadonlyMap<string, Grants> {
  return new Map(definitions.map((definition) => [definition.name, buildLayer(definition)]))
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]))
}

export function buildDataset(
  document: ModelDocument,
  definition: DatasetDefinition,
  columns: ModelColumns,
): Dataset {
  const { name, dimensions = [], joins = [], rowRules = [] } = definition
  return {
    ...headOf(definition),
    dataSource: definition.dataSource ?? null,
    table: modelTableOf(document, definition),
    tenancy: tenancyOf(definition, columns),
    timeDimension: definition.timeDimension ?? null,
    latencySeconds: definition.latency === undefined ? 0 : (parseLatency(definition.latency) ?? 0),
    dimensions: byName(dimensions.map((dimension) => buildDimension(document, name, dimension, columns))),
    joins: new Map(joins.map((join) => [join.to, buildJoin(document, name, join, columns)])),
    metrics: buildMetrics({ definition, columnNamed: (column) => columnOf(columns, name, column) }),
    rowRules: rowRules.map(buildRowRule),
  }
}

function columnOf(columns: ModelColumns, dataset: string, name: string): Column {
  const column = columns.get(dataset)?.get(name)
  if (column === undefined) throw new Error(`The column ${name} of ${dataset} was not resolved.`)
  return column
}

function tenancyOf(definition: DatasetDefinition, columns: ModelColumns): Tenancy {
  const { name, tenancy, tenantColumn, organizationColumn, environmentColumn } = definition
  const columnNamed = (column: string) => columnOf(columns, name, column)
  const columnsWithin = [
    { column: organizationColumn, of: 'organizationId' } as const,
    { column: environmentColumn, of: 'environmentId' } as const,
  ].flatMap(({ column, of }) => (column === undefined ? [] : [{ column: columnNamed(column), of }]))
  const within = columnsWithin.length > 0 && { within: columnsWithin }
  const column = tenantColumn === undefined ? null : columnNamed(tenantColumn)
  if (tenancy === 'own') return { kind: 'own', column, ...within }
  return column === null ? { kind: 'shared', ...within } : { kind: 'column', column, ...within }
}

function buildJoin(
  document: ModelDocument,
  user: string,
  { to, on }: NonNullable<DatasetDefinition['joins']>[number],
  columns: ModelColumns,
): Join {
  const other = document.datasets.find(({ name }) => name === to)
  if (other === undefined) throw new Error(`${user} joins ${to}, which does not exist.`)
  return {
    dataset: to,
    table: modelTableOf(document, other),
    tenancy: tenancyOf(other, columns),
    on: Object.entries(on).map(([ownColumn, otherColumn]) => ({
      own: columnOf(columns, user, ownColumn),
      other: columnOf(columns, to, otherColumn),
    })),
  }
}

function buildDimension(
  document: ModelDocument,
  user: string,
  definition: DimensionDefinition,
  columns: ModelColumns,
): Dimension {
  const source = sourceOf(document, user, definition)
  const column = columnOf(columns, source.dataset, source.column)
  const other =
    definition.from === undefined ? undefined : dimensionNamed(document, ...splitFrom(definition.from))
  return {
    ...headOf(definition),
    type: source.type === undefined ? valueTypeOf(column.type) : valueTypes[source.type],
    format: definition.format ?? other?.format ?? null,
    unit: definition.unit ?? other?.unit ?? null,
    column,
    join: definition.from === undefined ? null : source.dataset,
    conformed: definition.conformed ?? false,
    // What is needed to see a dimension is needed to see it through a join.
    requires: [...new Set([...(definition.requires ?? []), ...(other?.requires ?? [])])],
  }
}

const valueTypes = { string: 'STRING', number: 'NUMBER', boolean: 'BOOLEAN', time: 'TIME' } as const

function valueTypeOf({ kind }: ColumnType): ValueType {
  if (kind === 'string' || kind === 'uuid') return 'STRING'
  if (kind === 'boolean') return 'BOOLEAN'
  return kind === 'date' || kind === 'instant' ? 'TIME' : 'NUMBER'
}

function buildDashboard(document: ModelDocument, definition: DashboardDefinition): Dashboard {
  const filters = (definition.filters ?? []).map((filter): DashboardFilter => {
    const name = filterName(filter)
    const dataset = filter.dataset ?? openFilterDataset(document, definition, filter.dimension)
    if (dataset === undefined) throw new Error(`The filter ${name} of ${definition.name} has no dataset.`)
    return { name, title: titleOf({ ...filter, name }), dimension: filter.dimension, dataset }
  })
  return {
    ...headOf(definition),
    tenantId: definition.tenant ?? null,
    filters,
    defaultTimeRange: definition.defaultTimeRange ?? null,
    layout: definition.layout ?? {},
    widgets: definition.widgets.map((widget) => buildWidget(definition.name, widget)),
  }
}

function buildWidget(dashboard: string, definition: WidgetDefinition): Widget {
  const question = questionOf(definition)
  const { kind, options = {} } = definition.visualization
  if (question === null && kind !== 'TEXT') {
    throw new Error(`The widget ${definition.name} of ${dashboard} has no question.`)
  }
  return { dashboard, ...headOf(definition), visualization: { kind, options }, question }
}
