import { everything, type Grants, only, unrestricted } from './grants.ts'

/** Roles that every model has; one that names its own of the same name replaces it. */
export const builtinRoles: ReadonlyMap<string, Grants> = new Map([
  // Looks at what was prepared.
  [
    'viewer',
    Object.freeze({ ...unrestricted, permissions: only([]), adHoc: false, drillDown: false, export: false }),
  ],
  // Asks, drills and downloads, within what needs no permission.
  ['analyst', Object.freeze({ ...unrestricted, permissions: only([]) })],
  // All that there is of the tenant.
  ['admin', Object.freeze({ ...unrestricted, permissions: everything })],
])
