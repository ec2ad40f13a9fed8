import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LayerDefinition } from '../../src/model/document.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { agrees, outcomesOf, type Round, round, type Sight } from '../support/reference-agreement.ts'
import type { Claims } from '../support/reference-layers.ts'
import { statements } from '../support/reference-world.ts'
import { openTestEngine } from '../support/warehouse.ts'

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  for (const statement of statements) await engine.execute(statement)
  warehouse = await engine.open('chdb', 6)
})

afterAll(() => engine.close())

type Forget = (sight: Sight) => Sight

function withoutClaims(...names: readonly (keyof Claims)[]): Forget {
  return ({ parts, token }) => {
    const kept = Object.entries(token.claims).filter(([name]) => !names.some((one) => one === name))
    return { parts, token: { ...token, claims: Object.fromEntries(kept) } }
  }
}

function withoutGrants(...names: readonly (keyof LayerDefinition)[]): Forget {
  const stripped = (layer: LayerDefinition): LayerDefinition => ({
    ...Object.fromEntries(Object.entries(layer).filter(([name]) => !names.some((one) => one === name))),
    name: layer.name,
  })
  return ({ parts, token }) => ({
    token,
    parts: { ...parts, roles: parts.roles.map(stripped), policies: parts.policies.map(stripped) },
  })
}

function withoutRules(dataset: 'events' | 'cities' | 'countries'): Forget {
  return ({ parts, token }) => ({ token, parts: { ...parts, rules: { ...parts.rules, [dataset]: [] } } })
}

/** What a planner could forget; the reference does not. */
const forgotten: Readonly<Record<string, Forget>> = {
  'the tenant': ({ parts, token }) => ({
    parts,
    token: { ...token, tenant: token.tenant === 'a' ? 'b' : 'a' },
  }),
  'the role': withoutClaims('role'),
  'the policy': withoutClaims('policy'),
  'the locked filters of the token': withoutClaims('locked_filters'),
  'the locked filters of role and policy': withoutGrants('lockedFilters'),
  'the datasets of the token': withoutClaims('dataset_ids'),
  'the dimensions of the token': withoutClaims('allowed_dimensions'),
  'the dimensions of role and policy': withoutGrants('allowedDimensions'),
  'the metrics of role and policy': withoutGrants('allowedMetrics'),
  'the permissions of role and policy': withoutGrants('permissions'),
  'the periods of the token': withoutClaims('allowed_periods'),
  'the finest grain of the token': withoutClaims('min_granularity'),
  'the longest range of the token': withoutClaims('max_date_range_days'),
  'the earliest instant of the token': withoutClaims('earliest'),
  'the earliest instant of role and policy': withoutGrants('earliest'),
  'that the token asks nothing of its own': withoutClaims('allow_ad_hoc'),
  'that the token drills down into nothing': withoutClaims('allow_drill_down'),
  'the row rules of a dataset': withoutRules('events'),
  'the row rules of a joined dataset': withoutRules('cities'),
  'the row rules of a dataset that a joined one joins': withoutRules('countries'),
  'the attributes': withoutClaims('attributes'),
}

/** That one of the rounds tells is enough, where the planner as it is agrees. */
async function foundAmong(rounds: readonly Round[], forget: Forget): Promise<boolean> {
  for (const one of rounds) {
    const outcomes = await outcomesOf(one, warehouse, forget(one))
    if (outcomes.every(agrees)) continue
    return (await outcomesOf(one, warehouse)).every(agrees)
  }
  return false
}

const rounds = fc.sample(round, { seed: 2_001, numRuns: 300 })

test.each(Object.keys(forgotten))('a planner that forgot %s would disagree', async (what) => {
  const forget = forgotten[what] ?? ((sight) => sight)
  expect(await foundAmong(rounds, forget)).toBe(true)
})
