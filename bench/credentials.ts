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
    const mint = async () => {
      const jti = randomUUID()
      const owner = { org_id: organizationId, env_id: environmentId, tenant_id: 'ATL' }
      const { issuer: iss, audience: aud } = kit.deps
      await signToken({ iss, aud, ...owner, jti, iat, exp: iat + 3_600 }, key)
      kit.audit.record({
        ...{ kind: 'token.minted', outcome: 'SUCCEEDED', environment: kit.environment },
        ...{ tenantId: 'ATL', tokenId: jti, apiKeyId: kit.host.apiKeyId },
      })
    }
    const usedBefore = process.cpuUsage()
    const minted = await perSecond(mint, { inFlight: 32, durationMs: 3_000 })
    const { user, system } = process.cpuUsage(usedBefore)
    const cores = (user + system) / 3_000_000
    await kit.audit.close()
    return {
      verification: Object.fromEntries(
        Object.entries(times).map(([name, ms]) => [name, (ms * 1_000) / atOnce]),
      ),
      minting: { 'signed and audited': minted, 'for each core that was used': minted / cores },
    }
  } finally {
    await store.close()
  }
}
