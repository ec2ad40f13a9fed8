import { payloadOf } from './token-life.ts'

const names = ['iss', 'aud', 'org_id', 'env_id', 'tenant_id', 'sub']

/** Whether two tokens name the same subject of the same tenant, as far as can be read: one that names none may be anybody's. */
export function areOfOneSubject(a: string | null | undefined, b: string | null | undefined): boolean {
  const [before, now] = [ownerIn(a), ownerIn(b)]
  return before !== null && before === now
}

function ownerIn(token: string | null | undefined): string | null {
  const payload = payloadOf(token ?? '')
  const isNamed = typeof payload.tenant_id === 'string' && typeof payload.sub === 'string'
  return isNamed ? JSON.stringify(names.map((name) => payload[name])) : null
}
