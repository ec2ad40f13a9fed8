import { conform } from '../conformance/conform.ts'
import { permissionsSuite } from '../conformance/permissions.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { permissions: permissionsSuite })
