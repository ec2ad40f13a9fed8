import type { Scope } from '../access/scope.ts'
import { isWithinReach } from '../analytics/reach.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { ExplainedRule } from '../graphql/explanation.ts'
import { listed } from './words.ts'

/** Which datasets are not there because of where the tenant is: for hosts alone, who said it. */
export function placeRules(scope: Scope, catalogue: Catalogue): readonly ExplainedRule[] {
  const away = [...catalogue.datasets.values()].filter((dataset) => !isWithinReach(dataset, scope, catalogue))
  const texts = [
    {
      names: away.filter(({ dataSource }) => dataSource !== null),
      why: `the tenant is pinned to ${scope.region}`,
    },
    { names: away.filter(({ dataSource }) => dataSource === null), why: whyNot(scope) },
  ]
  return texts.flatMap(({ names, why }) =>
    names.length === 0
      ? []
      : [
          {
            effect: 'REFUSED',
            source: 'place of the tenant',
            text: `${listed(names.map(({ name }) => name))}: not there, because ${why}`,
          } as const,
        ],
  )
}

function whyNot({ place }: Scope): string {
  return place === null
    ? "the tenant has no place: neither its entry nor the rule of the model makes one for its id, or it is not of the tenant's region"
    : 'others are in the place of the tenant, too'
}
