/** Reads what happened in the tenant. The one permission that needs no member of the model to require it. */
export const auditPermission = 'audit_read'
