import type { DataSource } from '../catalogue/data-source.ts'
import type { DataSourceDefinition } from './document.ts'

/** With its defaults filled in. */
export function buildDataSource(definition: DataSourceDefinition): DataSource {
  if (definition.kind === 'chdb') return { name: definition.name, kind: definition.kind }
  const { name, user = null, password = null, tls = {}, connections = null } = definition
  const { ca = null, cert = null, key = null } = tls
  const server = { name, user, password, tls: { ca, cert, key }, connections }
  if (definition.kind === 'postgres') {
    const { kind, url, role = null } = definition
    return { ...server, kind, url, role }
  }
  const { kind, url, urls = url === undefined ? [] : [url] } = definition
  return { ...server, kind, urls }
}
