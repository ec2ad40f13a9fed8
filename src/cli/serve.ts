import { readConfig } from '../config.ts'
import type { GraphiqlOptions } from '../http/graphiql.ts'
import { createLogger } from '../log.ts'
import { openServices } from './compose.ts'
import { listen } from './listen.ts'
import { untilStopped } from './until-stopped.ts'

/** Without a token: whoever opens the page brings one. */
const graphiql: GraphiqlOptions = {
  tabs: [
    { query: '{\n  viewer { tenantId expiresAt }\n  dashboards { edges { node { name title } } }\n}\n' },
  ],
  token: async () => null,
}

/** Serves until it is told to stop. */
export async function serve(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger(config.logLevel)
  const services = await openServices(config, log, { keepApiKey: false })
  try {
    const server = await listen(config, services, { log, graphiql })
    if (services.apiKey !== null && config.bootstrapApiKey === undefined) {
      process.stdout.write(`The first admin API key, shown this once: ${services.apiKey}\n`)
    }
    log.info({ url: server.url }, 'listening')
    await untilStopped()
    log.info('stopping')
    await server.close()
  } finally {
    await services.close()
  }
}
