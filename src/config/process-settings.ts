import { z } from 'zod'
import { setting } from './setting.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Of the process. */
export const processSettings = {
  LOG_LEVEL: setting({
    schema: z.enum(logLevels),
    default: 'info',
    expected: `one of ${logLevels.join(', ')}`,
    about:
      'How much is logged, as JSON lines on standard error. The demo logs from `warn` on unless told otherwise.',
  }),
  NODE_ENV: setting({
    schema: z.string(),
    expected: 'any text',
    about:
      '`production` takes away GraphiQL, introspection and field suggestions, and asks for TESSERA_ENCRYPTION_KEY.',
  }),
} as const
