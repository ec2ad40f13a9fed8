import { requireScope } from '../access/api-key-scopes.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireTenant } from '../access/host-bounds.ts'
import type { GuestTokenPayload } from '../access/payload.ts'
import type { Placing } from '../access/places/placing.ts'
import { openLayer, type PlannedToken, plannedToken } from '../access/planned.ts'
import { refusalOf } from '../access/refusal.ts'
import type { RevocableToken } from '../access/revocation-set.ts'
import type { Revocations } from '../access/revocations.ts'
import { columnAt } from '../analytics/decode.ts'
import { isWithinReach } from '../analytics/reach.ts'
import { visibleCatalogue } from '../analytics/visible.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { badInput, TesseraError } from '../errors.ts'
import type {
  ExplainedQuestion,
  ExplainedRows,
  ExplainedRule,
  ExplainInput,
  Explanation,
} from '../graphql/explanation.ts'
import { plannedClaims } from '../guest-tokens/mint.ts'
import { findMinted } from '../guest-tokens/minted-tokens.ts'
import type { Store } from '../store/store.ts'
import { ask } from '../warehouse/ask.ts'
import type { Limits } from '../warehouse/limits.ts'
import { routeTo } from '../warehouse/routing.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import { findCauses } from './causes.ts'
import { hiddenWidgets } from './hidden-widgets.ts'
import { type CountRows, countRows, narrowingRules } from './narrowing.ts'
import { placeRules } from './place.ts'
import { subjectOf } from './subject.ts'

export interface ExplainDeps {
  readonly store: Store
  readonly revocations: Revocations
  readonly catalogue: Catalogue
  readonly warehouses: Warehouses
  readonly placing: Placing
  readonly limits: Limits
  readonly issuer: string
  readonly audience: string
  readonly signal: AbortSignal
  /** The clock; the system's own unless given. */
  readonly now?: () => Date
}

/**
 * Which rule allows, narrows or refuses a question of a token, minted or planned, in the host's own environment.
 * @throws FORBIDDEN without the scope tokens:create, NOT_FOUND for a token that was not minted here,
 *   BAD_USER_INPUT for a token that could not be minted
 */
export async function explain(
  host: HostIdentity,
  input: ExplainInput,
  deps: ExplainDeps,
): Promise<Explanation> {
  requireScope(host, 'tokens:create')
  const { claims, revocable } = await tokenOf(host, input, deps)
  requireTenant(host, claims.tenant_id)
  const now = deps.now?.() ?? new Date()
  const ended = claims.exp * 1000 <= now.getTime()
  if (ended) return refusedToken(`It ended at ${new Date(claims.exp * 1000).toISOString()}.`)
  if (revocable !== null && deps.revocations.covers(revocable)) return refusedToken('It was revoked.')
  try {
    const token = plannedToken(host, claims, deps.catalogue, deps.placing)
    return await explainToken(token, input.question, { ...deps, now: () => now })
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    if (refusal.reason === 'tenant_erased') return refusedToken('Its tenant was erased.')
    const missing = refusal.reason === 'role_unknown' ? `role ${claims.role}` : `policy ${claims.policy}`
    return refusedToken(`It names the ${missing}, which the model no longer has.`)
  }
}

async function tokenOf(
  host: HostIdentity,
  { tokenId, token }: ExplainInput,
  deps: ExplainDeps,
): Promise<{ readonly claims: GuestTokenPayload; readonly revocable: RevocableToken | null }> {
  if ((tokenId == null) === (token == null)) throw badInput('input', 'either a tokenId or a token')
  if (token != null) return { claims: plannedClaims(host, token, deps), revocable: null }
  const found = await findMinted(deps.store, host, tokenId ?? '')
  if (found !== null) return found
  throw new TesseraError('NOT_FOUND', {
    argument: 'input.tokenId',
    expected: 'the id of a token that was minted here and ended at most a day ago',
  })
}

async function explainToken(
  token: PlannedToken,
  question: ExplainedQuestion,
  deps: ExplainDeps & { readonly now: () => Date },
): Promise<Explanation> {
  const { catalogue, limits } = deps
  const now = deps.now().getTime() * 1000
  const { refusal, rules } = await findCauses(token, { catalogue, limits, question, now })
  const scope = token.under(token.layers)
  const subject = subjectOf(question, catalogue, visibleCatalogue(token.under([openLayer]), catalogue))
  const rows =
    subject === null || !isWithinReach(subject.dataset, scope, catalogue)
      ? null
      : await countRows(subject, { scope, catalogue, now, count: countIn(deps) })
  const tenant = rows === null ? [] : tenantRules(rows, scope.tenantId)
  if (refusal !== null) {
    const all = [...rules, ...placeRules(scope, catalogue), ...tenant]
    return { outcome: 'REFUSED', code: refusal.code, rules: all, rows }
  }
  const datasets = subject === null ? [] : [subject.dataset, ...subject.others]
  const narrowing = narrowingRules(scope, token.layers, datasets, catalogue)
  const hidden = await hiddenWidgets(token, { catalogue, limits, question, now })
  const all = [...narrowing, ...hidden, ...tenant]
  return { outcome: all.length === 0 ? 'ALLOWED' : 'NARROWED', code: null, rules: [...all, allowed], rows }
}

const allowed: ExplainedRule = Object.freeze({
  effect: 'ALLOWED',
  source: 'all layers together',
  text: 'Every layer lets the question through.',
})

/** The commonest reason why a customer sees nothing: its id is spelled otherwise in the rows. */
function tenantRules({ dataset, ofTenant }: ExplainedRows, tenantId: string): readonly ExplainedRule[] {
  if (ofTenant > 0) return []
  const text = `There is no row of ${JSON.stringify(tenantId)} in ${dataset}. Ids are compared letter by letter.`
  return [{ effect: 'NARROWED', source: 'tenant', text }]
}

function countIn({ catalogue, warehouses, limits, signal }: ExplainDeps): CountRows {
  return async (scope, dataset, select) => {
    const rows = await ask(routeTo(dataset, scope, warehouses), scope, select, { limits, signal, catalogue })
    return Number(columnAt(rows, 0)[0] ?? 0)
  }
}

function refusedToken(text: string): Explanation {
  const rules = [{ effect: 'REFUSED', source: 'token', text } as const]
  return { outcome: 'REFUSED', code: 'UNAUTHENTICATED', rules, rows: null }
}
