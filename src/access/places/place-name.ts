/** What stands for the tenant's id in a template; there is nothing else that a template may name. */
const hole = '{tenantId}'

export const templateText = `a name of at most 63 letters, digits and _, in which ${hole} may stand once for the tenant's id`

export function isTemplate(text: string): boolean {
  return text.includes(hole)
}

/** A literal name, or one with a place for the id. */
export function isTemplateText(text: string): boolean {
  const parts = text.split(hole)
  return parts.length === 1
    ? isPlaceName(text)
    : parts.length === 2 && /^[A-Za-z0-9_]{0,62}$/.test(parts.join(''))
}

/**
 * The name for one tenant. Null where it would be none: no character of an id is ever replaced or left out, so that the
 * names of two tenants never meet.
 */
export function fillTemplate(template: string, tenantId: string): string | null {
  const name = template.split(hole).join(tenantId)
  return isPlaceName(name) ? name : null
}

/** Whose name it would be; null where it is nobody's. Letters count as the same in both cases, as some disks have it. */
export function tenantOfName(template: string, name: string): string | null {
  const [before = '', after] = template.split(hole)
  if (after === undefined || name.length <= before.length + after.length) return null
  const folded = name.toLowerCase()
  const isOf = folded.startsWith(before.toLowerCase()) && folded.endsWith(after.toLowerCase())
  return isOf ? name.slice(before.length, name.length - after.length) : null
}

/** A database or schema of tenants: no engine's own, and none that rows are in where nobody said where. */
export function isPlaceName(name: string): boolean {
  return /^[A-Za-z0-9_]{1,63}$/.test(name) && !isSystemName(name.toLowerCase())
}

const systemNames: ReadonlySet<string> = new Set([
  ...['system', 'information_schema', 'default', '_temporary_and_external_tables'],
  ...['public', 'postgres', 'template0', 'template1'],
])

function isSystemName(folded: string): boolean {
  return systemNames.has(folded) || folded.startsWith('pg_')
}
