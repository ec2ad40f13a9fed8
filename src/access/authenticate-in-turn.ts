import type { EnvironmentIdentity } from '../store/store.ts'
import { authenticate, type Credential, type CredentialDeps } from './credential.ts'
import { layersOf, type StoredLayers } from './layers.ts'
import type { Placing } from './places/placing.ts'
import { type CredentialTurns, presentedIn } from './rates/turns.ts'

export interface TurnDeps extends CredentialDeps {
  readonly turns: CredentialTurns
  readonly placing: Pick<Placing, 'requireKept'>
  readonly catalogues: { get(environment: EnvironmentIdentity): Promise<StoredLayers> }
}

/**
 * As `authenticate`, in turn where many from the address were refused. A token whose role, policy or tenant is gone is refused
 * here, where it counts as every refused one does.
 * @throws what `authenticate` throws, and RATE_LIMITED without a look
 */
export function authenticateInTurn(
  authorization: string | undefined,
  address: string | null,
  { turns, catalogues, placing, ...deps }: TurnDeps,
): Promise<Credential> {
  return turns.take(presentedIn(authorization, address), async (aside) => {
    const credential = await authenticate(authorization, { ...deps, aside }, address)
    if (credential.kind !== 'guest') return credential
    const { organizationId, environmentId } = credential.claims
    placing.requireKept(credential.claims)
    layersOf(credential.claims, await catalogues.get({ organizationId, environmentId }))
    return credential
  })
}
