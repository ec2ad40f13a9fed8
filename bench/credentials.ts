import { randomUUID } from 'node:crypto'
import { authenticate } from '../src/access/credential.ts'
import { createVerifiedTokens } from '../src/access/verified-tokens.ts'
import { signToken } from '../src/guest-tokens/sign.ts'
import { openTestStore } from '../test/support/store.ts'
import { openTokenKit } from '../test/support/tokens.ts'
import { alternate, perSecond } from './measure.ts'

const atOnce = 200

export interface CredentialCosts {
  /** Microseconds for one token, each of many that are verified one after the other. */
  readonly verification: Readonly<Record<string, number>>
  /** How many a second on one core. */
  readonly minting: Readonly<Record<string, number>>
}

/** What a guest token costs a request, and how many are signed; without HTTP and without the store. */
export async function credentialCosts(): Promise<CredentialCosts> {
  const store = await openTestStore()
  try {
    const kit = await openTokenKit(store)
    const token = await kit.guestToken({ tenantId: 'ATL', dashboards: [], subject: 'ann' })
    const authorization = `Bearer ${token}`
    const seen = createVerifiedTokens()
    const many = (run: () => Promise<unknown>) => async () => {
      for (let index = 0; index < atOnce; index += 1) await run()
    }
    const times = await alternate(
      {
        'seen before': many(() => authenticate(authorization, { ...kit.deps, verifiedTokens: seen })),
        'not seen before': many(() =>
          authenticate(authorization, { ...kit.deps, verifiedTokens: createVerifiedTokens() }),
        ),
      },
      { rounds: 20, warmup: 3 },
    )
    const key = await kit.keyring.signingKey(kit.environment)
    const { organizationId, environmentId } = kit.environment
    const iat = Math.floor(Date.now() / 1_000)
    const mint = async (): Promise<string> => {
      const jti = randomUUID()
      const owner = { org_id: organizationId, env_id: environmentId, tenant_id: 'ATL' }
      const { issuer: iss, audience: aud } = kit.deps
      await signToken({ iss, aud, ...owner, jti, iat, exp: iat + 3_600 }, key)
      return jti
    }
    const mintAndTell = async () => {
      const tokenId = await mint()
      kit.audit.record({
        ...{ kind: 'token.minted', outcome: 'SUCCEEDED', environment: kit.environment },
        ...{ tenantId: 'ATL', tokenId, apiKeyId: kit.host.apiKeyId },
      })
    }
    const signed = await perCore(mint)
    const stored = await perCore(mintAndTell)
    await kit.audit.close()
    return {
      verification: Object.fromEntries(
        Object.entries(times).map(([name, ms]) => [name, (ms * 1_000) / atOnce]),
      ),
      minting: { signed, 'signed, and the audit stored in PGlite': stored },
    }
  } finally {
    await store.close()
  }
}

/** How many a second for each core that they keep busy, whoever else uses the others. */
async function perCore(thing: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  const started = performance.now()
  const count = await perSecond(thing, { inFlight: 32, durationMs: 2_000 })
  const { user, system } = process.cpuUsage(before)
  return (count * (performance.now() - started) * 1_000) / (user + system)
}
