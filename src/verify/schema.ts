import { z } from 'zod'
import type { Client } from './client.ts'

/** What the schema offers, as far as it says so itself; without introspection, what is known of the contract. */
export interface Offered {
  readonly introspected: boolean
  readonly queries: readonly OfferedField[]
  readonly mutations: readonly OfferedField[]
  /** The members of CreateGuestTokenInput. */
  readonly grants: ReadonlySet<string>
}

export interface OfferedField {
  readonly name: string
  readonly needsArguments: boolean
}

const fieldsSchema = z
  .object({
    fields: z.array(
      z.object({
        name: z.string(),
        args: z.array(z.object({ defaultValue: z.string().nullish(), type: z.object({ kind: z.string() }) })),
      }),
    ),
  })
  .nullable()

const introspectionSchema = z.object({
  __schema: z.object({ queryType: fieldsSchema, mutationType: fieldsSchema }),
  input: z.object({ inputFields: z.array(z.object({ name: z.string() })) }).nullable(),
})

const query = `query Offered {
  __schema {
    queryType { fields { name args { defaultValue type { kind } } } }
    mutationType { fields { name args { defaultValue type { kind } } } }
  }
  input: __type(name: "CreateGuestTokenInput") { inputFields { name } }
}`

const knownGrants = [
  'tenantId',
  'subject',
  'role',
  'policy',
  'attributes',
  'dashboards',
  'widgets',
  'hiddenWidgets',
  'datasets',
  'allowedDimensions',
  'lockedFilters',
  'allowedPeriods',
  'minGranularity',
  'maxDateRangeDays',
  'earliest',
  'allowDrillDown',
  'allowExport',
  'allowAdHoc',
  'origins',
  'limits',
  'expiresInSeconds',
]

export async function loadOffered(client: Client, apiKey: string): Promise<Offered> {
  const { data } = await client.ask(apiKey, query)
  const parsed = introspectionSchema.safeParse(data)
  if (!parsed.success) {
    return { introspected: false, queries: [], mutations: [], grants: new Set(knownGrants) }
  }
  const { __schema: schema, input } = parsed.data
  return {
    introspected: true,
    queries: fieldsOf(schema.queryType),
    mutations: fieldsOf(schema.mutationType),
    grants: new Set(input?.inputFields.map(({ name }) => name) ?? knownGrants),
  }
}

function fieldsOf(type: z.infer<typeof fieldsSchema>): readonly OfferedField[] {
  return (type?.fields ?? []).map(({ name, args }) => ({
    name,
    needsArguments: args.some(
      ({ defaultValue, type: { kind } }) => kind === 'NON_NULL' && defaultValue == null,
    ),
  }))
}
