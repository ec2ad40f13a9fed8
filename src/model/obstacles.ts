import type { Obstacle } from '../data-sources/target.ts'
import type { ModelDocument } from './document.ts'
import type { Finding, Path } from './problem.ts'

/** What keeps data sources from being used, where the document says it. */
export function obstacleFindings(
  { dataSources }: ModelDocument,
  obstacles: ReadonlyMap<string, readonly Obstacle[]>,
): readonly Finding[] {
  return dataSources.flatMap((definition, index) =>
    (obstacles.get(definition.name) ?? []).map(({ path, expected }) => {
      const isOneUrl = definition.kind === 'clickhouse' && definition.url !== undefined && path[0] === 'urls'
      const within: Path = isOneUrl ? ['url', ...path.slice(2)] : path
      return { path: ['dataSources', index, ...within], expected }
    }),
  )
}
