import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'

/**
 * Whether the rows of a dataset, and of those that it joins, are where the tenant may be asked of. One whose tenant has no
 * place, none of its own where it needs one, or is pinned to another region is not there for it.
 */
export function isWithinReach(
  { dataSource, tenancy, joins }: Dataset,
  { place, region }: Scope,
  { routing }: Pick<Catalogue, 'routing'>,
): boolean {
  if (dataSource !== null) return region === null || routing.sources.get(dataSource)?.region === region
  if (place === null) return false
  const tenancies = [tenancy, ...[...joins.values()].map((join) => join.tenancy)]
  return place.isOwn || tenancies.every(({ kind }) => kind !== 'own')
}
