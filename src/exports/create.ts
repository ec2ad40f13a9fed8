import type { AuditLog } from '../audit/audit-log.ts'
import { badInput, TesseraError } from '../errors.ts'
import type { ExportFormat, ExportInput, ExportLink } from '../graphql/export-request.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import { safeFileName } from './file-name.ts'
import type { ExportLinks, KeptExport } from './links.ts'
import { type Exporter, prepareExport } from './prepare.ts'
import { xlsxRowsMax } from './xlsx.ts'

export const exportsPath = '/exports/'

/** Whose export it is: of a verified token. */
export interface ExportOwner extends Pick<KeptExport, 'keyId' | 'issuerId' | 'claims' | 'origin'> {
  readonly tenant: Required<EnvironmentIdentity>
  readonly subject: string | null
  readonly tokenId: string
}

export interface CreateExportDeps {
  readonly links: ExportLinks
  readonly audit: AuditLog
  /** Of the rows of one file. */
  readonly rowsMax: number
  readonly requestId: string
  /** The same guest over a warehouse without rows. */
  readonly rehearsal: Exporter
  readonly now?: () => Date
}

/**
 * Everything that can be refused is refused here, before there is a link: the question is asked once without rows, and
 * records are counted.
 * @throws FORBIDDEN, QUERY_TOO_LARGE, and what the question is refused with
 */
export async function createExport(
  exporter: Exporter,
  owner: ExportOwner,
  input: ExportInput,
  deps: CreateExportDeps,
): Promise<ExportLink> {
  const { links, audit, requestId } = deps
  const now = deps.now?.() ?? new Date()
  const { title, count } = await prepareExport(exporter, input)
  // Of records everything was checked by now.
  const rows = count === null ? await rehearse(deps.rehearsal, input) : await count()
  checkSize(rows, input.format, deps.rowsMax)
  const fileName = safeFileName(wantedName(input.fileName, title, now), input.format)
  const { keyId, issuerId, claims, origin, tenant, subject, tokenId } = owner
  const kept = { keyId, issuerId, claims, origin, input, fileName }
  const { secret, expiresAt } = await links.keep(tenant, kept, now)
  const { tenantId, ...environment } = tenant
  audit.record({
    kind: 'export.created',
    outcome: 'SUCCEEDED',
    environment,
    tenantId,
    subject,
    tokenId,
    requestId,
    detail: { format: input.format, ...(rows !== null && { rows }) },
  })
  return { url: `${exportsPath}${secret}`, expiresAt, fileName }
}

const rehearsalMs = 10_000

async function rehearse(rehearsal: Exporter, input: ExportInput): Promise<null> {
  const { sheet } = await prepareExport(rehearsal, input)
  await sheet(AbortSignal.timeout(rehearsalMs))
  return null
}

/** Never cut: a file has all rows or is none. */
function checkSize(rows: number | null, format: ExportFormat, rowsMax: number): void {
  const most = format === 'XLSX' ? Math.min(rowsMax, xlsxRowsMax) : rowsMax
  if (rows === null || rows <= most) return
  const expected = `at most ${most} rows in one file of this format, not ${rows}`
  throw new TesseraError('QUERY_TOO_LARGE', { argument: 'input', expected })
}

const nameMax = 200

function wantedName(asked: string | null | undefined, title: string, now: Date): string {
  if (asked == null) return `${title} ${now.toISOString().slice(0, 10)}`
  if (asked.trim() !== '' && asked.length <= nameMax) return asked
  throw badInput('input.fileName', `a name of 1 to ${nameMax} characters`)
}
