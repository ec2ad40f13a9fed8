import { everything, type Grants, unrestricted } from '../access/grants.ts'
import { intersection, type Layer, permissionsOf } from '../access/permissions.ts'
import { openLayer, type PlannedToken } from '../access/planned.ts'
import type { TesseraError } from '../errors.ts'
import type { ExplainedRule } from '../graphql/explanation.ts'
import { type Asked, refusalUnder } from './ask-dry.ts'
import { grantText, listed, sourceOf, triedGrants } from './words.ts'

export interface Verdict {
  /** Null where the question is answered. */
  readonly refusal: TesseraError | null
  readonly rules: readonly ExplainedRule[]
}

/**
 * What refuses a question. Each grant of each layer is tried alone, on the code that guests ask, so that what is said
 * here cannot differ from what happens there.
 */
export async function findCauses(token: PlannedToken, asked: Asked): Promise<Verdict> {
  const refusal = await refusalUnder(token.under(token.layers), asked)
  if (refusal === null) return { refusal, rules: [] }
  const ungranted = await refusalUnder(token.under([openLayer]), asked)
  if (ungranted !== null) return { refusal, rules: [withoutLayers(ungranted)] }
  const rules = [...(await refusingGrants(token, asked)), ...(await refusingPermissions(token, asked))]
  return { refusal, rules: rules.length > 0 ? rules : [rule('all layers together', refusal.message)] }
}

/** Nothing that the token grants could change it. */
function withoutLayers({ code, message, details }: TesseraError): ExplainedRule {
  if (code === 'ATTRIBUTE_MISSING') return rule('row rule', `${message}`)
  const near = details.allowed === undefined ? '' : ` The nearest: ${listed(details.allowed)}.`
  return rule('question', `It would be refused without any grants as well, with ${code}: ${message}${near}`)
}

async function refusingGrants(token: PlannedToken, asked: Asked): Promise<readonly ExplainedRule[]> {
  const rules: ExplainedRule[] = []
  for (const layer of token.layers) {
    for (const grant of triedGrants) {
      const said = grantText(layer.grants, grant)
      if (said === null) continue
      const alone = withOnly(layer, { [grant]: layer.grants[grant] })
      const refusal = await refusalUnder(token.under([openLayer, alone]), asked)
      if (refusal !== null) rules.push(rule(sourceOf(layer), `${said}. ${refusal.code}: ${refusal.message}`))
    }
  }
  return rules
}

/** Role and policy decide together which permissions are held. */
async function refusingPermissions(token: PlannedToken, asked: Asked): Promise<readonly ExplainedRule[]> {
  const layers = token.layers.map((layer) => withOnly(layer, { permissions: layer.grants.permissions }))
  const refusal = await refusalUnder(token.under(layers), asked)
  if (refusal === null) return []
  const held = intersection(permissionsOf(layers).permissions)
  const names = held === everything || held.all ? 'all' : listed([...held.names])
  const stored = layers.filter(({ source }) => source !== 'token').map(sourceOf)
  const who = stored.length === 0 ? 'token' : stored.join(', ')
  const why = stored.length === 0 ? ' because the token names neither a role nor a policy' : ''
  return [rule(who, `permissions that are held: ${names}${why}. ${refusal.code}: ${refusal.message}`)]
}

function withOnly(layer: Layer, grants: Partial<Grants>): Layer {
  return { ...layer, grants: { ...unrestricted, ...grants } }
}

function rule(source: string, text: string): ExplainedRule {
  return { effect: 'REFUSED', source, text }
}
