import type { DatasetDefinition, TenancyDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import type { Rules } from './lookup.ts'

/** That each table says how its rows are told apart by tenant: nothing about it is ever taken for granted. */
export function checkTenancy(rules: Rules, dataset: DatasetDefinition, path: Path): void {
  const { tenantColumn, tenancy, dataSource } = dataset
  if (
    tenancy === 'own' ? dataSource !== undefined : (tenantColumn === undefined) === (tenancy === undefined)
  ) {
    rules.report(path, tenancy === 'own' ? ownText : openText)
  }
  if (dataSource !== undefined) return
  if (rules.document.tenancy === undefined) {
    rules.report(path, "a dataSource, or tenancy in the document, which says where tenants' rows are")
  }
  for (const member of ['database', 'schema'] as const) {
    if (dataset[member] === undefined) continue
    rules.report([...path, member], `no ${member} without a dataSource: the tenant's place says it`)
  }
}

const openText =
  'either tenantColumn, the column with the id of the tenant whose row it is (a tenant then sees its own rows alone), or tenancy: shared, for reference data (every tenant then sees every row), or tenancy: own, where the table is in a place of the tenant alone'
const ownText =
  "no dataSource with tenancy: own, because a table that is in one place for all is no tenant's own"

export function checkPlaceRule(rules: Rules, tenancy: TenancyDefinition): void {
  const { dataSource, schema } = tenancy
  const { dataSources } = rules.document
  const sources = dataSources.map(({ name }) => name)
  if (dataSource !== undefined) {
    rules.known('the name of a data source', dataSource, sources, ['tenancy', 'dataSource'])
  }
  const source = dataSources.find(({ name }) => name === dataSource)
  if (schema !== undefined && source !== undefined && isClickHouse(source)) {
    rules.report(['tenancy', 'schema'], 'a database: ClickHouse has no schemas')
  }
}

function isClickHouse({ kind }: { readonly kind: string }): boolean {
  return kind !== 'postgres'
}
