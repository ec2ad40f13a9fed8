import { authenticateInTurn } from '../../src/access/authenticate-in-turn.ts'
import { openEnvironmentOrigins } from '../../src/access/environment-origins.ts'
import { createCredentialTurns, presentedIn } from '../../src/access/rates/turns.ts'
import { createTokenUse } from '../../src/access/token-limits.ts'
import { readConfig } from '../../src/config.ts'
import { createApp } from '../../src/http/app.ts'
import type { ProxyTrust } from '../../src/http/client-address.ts'
import { originCheck } from '../../src/http/cors.ts'
import { createReadiness } from '../../src/http/health.ts'
import { createRequestContext } from '../../src/http/request-context.ts'
import { startServer } from '../../src/http/server.ts'
import type { CredentialOptions } from '../../src/http/use-credential.ts'
import { createLiveHub } from '../../src/live/live.ts'
import { createCatalogueCache } from '../../src/model/catalogue-cache.ts'
import { schema } from '../../src/schema.ts'
import type { Store } from '../../src/store/store.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { someSources } from './data-sources.ts'
import { someExports } from './exports.ts'
import { somePlaces } from './places.ts'
import { generousRates, testRates } from './rates.ts'
import type { Answered } from './server.ts'
import { openTokenKit, silent, type TokenKit, type TokenKitOptions } from './tokens.ts'

/** The real server over a store, with tokens and keys and neither model nor rows. */
export interface TokenServer {
  readonly url: string
  readonly kit: TokenKit
  post(
    credential: string,
    query: string,
    variables?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>
  /** The status of a guest's smallest question. */
  statusFor(token: string): Promise<number>
  readiness(): Promise<unknown>
  close(): Promise<void>
}

export interface TokenServerOptions extends TokenKitOptions {
  readonly proxyTrust?: ProxyTrust
  readonly onCaller?: CredentialOptions['onCaller']
  /** Settings of limits; generous ones unless given. */
  readonly rates?: Readonly<Record<string, string>>
}

export async function startTokenServer(store: Store, options: TokenServerOptions = {}): Promise<TokenServer> {
  const kit = await openTokenKit(store, options)
  const { keyring, issuers, audit, revocations, deps } = kit
  const { issuer, audience, tokenEnds } = deps
  const stopIssuers = await issuers.watch()
  const catalogues = await createCatalogueCache({ store, log: silent })
  const origins = await openEnvironmentOrigins({ store, log: silent })
  const turns = createCredentialTurns(readConfig(options.rates ?? generousRates).rates.refusedPerAddress)
  const dependencies = {
    ...{ store, keyring, issuers, catalogues, audit, revocations, tokenEnds, issuer, audience },
    ...{
      ...someSources(store),
      ...somePlaces(store),
      limits: defaultLimits,
      questionsPerRequest: 10,
      tellsCost: true,
    },
    ...someExports(store),
    answerBytesMax: 20_000_000,
    tokenUse: createTokenUse(),
    rates: testRates(options.rates),
    origins,
    live: createLiveHub({ streamsPerToken: 2, streamsPerTenant: 2, questionsPerTenant: 2 }),
  }
  const handler = createApp({
    ...{
      schema,
      audit,
      log: silent,
      introspection: false,
      graphiql: null,
      embed: null,
      allowsOrigin: originCheck([], origins.isListed),
    },
    authenticate: (authorization, address = null) =>
      authenticateInTurn(authorization, address, {
        ...deps,
        turns,
        catalogues,
        placing: dependencies.placing,
      }),
    turnsAway: (authorization, address) => turns.turnsAway(presentedIn(authorization, address)),
    createContext: (credential, request) => createRequestContext(credential, request, dependencies),
    takeExport: async () => null,
    unsentBytesMax: 20_000_000,
    onCaller: options.onCaller,
    ...(options.proxyTrust !== undefined && { proxyTrust: options.proxyTrust }),
    jwks: { environmentId: kit.environment.environmentId, publicKeys: keyring.publicKeys },
    readiness: createReadiness([{ part: 'revocations', check: revocations.check }], { maxAgeMs: 0 }),
  })
  const server = await startServer({ host: '127.0.0.1', port: 0, handler })

  async function post(
    credential: string,
    query: string,
    variables: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}`, ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  return {
    url: server.url,
    kit,
    post,
    statusFor: async (token) => (await post(token, '{ viewer { tenantId } }')).status,
    readiness: async () => (await fetch(`${server.url}/readyz`)).json(),
    close: async () => {
      await server.close(0)
      await stopIssuers()
      await origins.close()
      await revocations.close()
      await audit.close()
    },
  }
}
