import type { KeptValue } from '../../catalogue/data-source.ts'
import { serverUrl, serverUrlForms } from '../../catalogue/server-url.ts'
import type { DataSourceDefinition, DatasetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import type { Rules } from './lookup.ts'

type Server = Exclude<DataSourceDefinition, { kind: 'chdb' }>

export function checkDataSource(rules: Rules, source: DataSourceDefinition, path: Path): void {
  if (source.kind === 'chdb') return
  if (source.kind === 'clickhouse') {
    const { url, urls } = source
    if ((url === undefined) === (urls === undefined)) rules.report(path, 'either url or urls')
    if (urls?.length === 0) rules.report([...path, 'urls'], 'at least one URL')
    for (const [index, each] of (urls ?? []).entries())
      checkUrl(rules, source, each, [...path, 'urls', index])
  }
  if (source.url !== undefined) checkUrl(rules, source, source.url, [...path, 'url'])
  const { user, password, tls = {} } = source
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    rules.report([...path, 'tls'], 'cert and key together, for a client that has a certificate of its own')
  }
  const given = { user, password, 'tls.ca': tls.ca, 'tls.cert': tls.cert, 'tls.key': tls.key }
  for (const [member, value] of Object.entries(given))
    checkNoUrl(rules, value, [...path, ...member.split('.')])
}

/** Options of a driver could stand behind the address, and some of them read files. */
function checkUrl(rules: Rules, { kind }: Server, url: string | KeptValue, path: Path): void {
  if (typeof url === 'string' && serverUrl(kind, url) === null) rules.report(path, serverUrlForms[kind])
}

/** Most such variables hold a user and password of another server, and this one would be sent them. */
function checkNoUrl(rules: Rules, value: KeptValue | undefined, path: Path): void {
  if (value === undefined || !('env' in value) || !/URLS?$/.test(value.env)) return
  rules.report([...path, 'env'], 'the name of a variable that holds no URL')
}

/** Whether the dataset says where its table is in the words of its data source. */
export function checkPlace(rules: Rules, dataset: DatasetDefinition, path: Path): void {
  const source = rules.document.dataSources.find(({ name }) => name === dataset.dataSource)
  if (source === undefined) return
  const { kind } = source
  if (kind === 'postgres' && dataset.database !== undefined) {
    rules.report(
      [...path, 'database'],
      'a schema: the database of PostgreSQL stands in the url of the data source',
    )
  }
  if (kind !== 'postgres' && dataset.schema !== undefined) {
    rules.report([...path, 'schema'], 'a database: ClickHouse has no schemas')
  }
}
