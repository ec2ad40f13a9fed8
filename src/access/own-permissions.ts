/** Reads what happened in the tenant. Like the other one here it needs no member of the model to require it. */
export const auditPermission = 'audit_read'

/** Reads how much was asked for the tenant. */
export const usagePermission = 'usage_read'
