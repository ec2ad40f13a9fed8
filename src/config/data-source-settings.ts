import { z } from 'zod'
import { networksForm, networksSchema, setting } from './setting.ts'

const hundredSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((count) => count >= 1 && count <= 100)

/** Of the data sources that models name beside the installation's own. */
export const dataSourceSettings = {
  TESSERA_DATA_SOURCE_VARIABLES: setting({
    schema: z
      .string()
      .transform((text): readonly string[] => Object.freeze(text.split(',').map((name) => name.trim())))
      .refine((names) => names.every((name) => /^[A-Z][A-Z0-9_]{0,127}$/.test(name))),
    expected: 'names of variables between commas, such as LAKE_PASSWORD, LAKE_CA',
    about:
      'Which variables a model may take addresses and credentials of data sources from, beside those whose names start with CLICKHOUSE_ or POSTGRES_: whoever may write a model can send them to a host of his choice.',
  }),
  TESSERA_DATA_SOURCE_NETWORKS: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'The networks that data sources of models may be in. Without it they may be anywhere but where machines in clouds ask for credentials of their own, such as 169.254.169.254 and all link-local addresses. DATABASE_URL and CLICKHOUSE_URL have no such bound.',
  }),
  TESSERA_DATA_SOURCES_MAX: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{0,3}$/)
      .transform(Number),
    default: '50',
    expected: 'a whole number from 1 to 9999',
    about:
      'How many data sources of models may be open at a time, on each server; each database of a PostgreSQL server is one. Those that nobody asks are closed for others, and after a minute.',
  }),
  TESSERA_DATA_SOURCE_CONNECTIONS: setting({
    schema: hundredSchema,
    default: '10',
    expected: 'a whole number from 1 to 100',
    about:
      'How many connections each server makes to one data source, where the model does not say it; all databases of a PostgreSQL server share them.',
  }),
} as const
