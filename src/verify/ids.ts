import type { Check } from './attempt.ts'
import { catalogueQuery } from './catalogue.ts'
import { bothWays, type Context, type Visitor } from './context.ts'
import { isObject, textAt } from './json.ts'
import { judgeNotGranted, judgeWithoutData, sample, type Verdict } from './judge.ts'

/** Ids and names of what is another tenant's or was made up: none may lead to anything that the asker is not shown. */
export function idChecks(context: Context): readonly Check[] {
  return bothWays(context).flatMap(([self, other]) => [
    viewerCheck(context, self),
    ...othersDashboards(context, self).flatMap(({ name, widgets }) => [
      nameCheck(context, self, name),
      ...[
        encodedId(`Dashboard:${name}`),
        ...widgets.map((widget) => encodedId(`Widget:${name}/${widget}`)),
      ].flatMap((id) => idPair(context, self, { what: `of dashboard ${name} of another tenant`, id })),
    ]),
    ...inventedIds(context, self, other).flatMap((invented) => idPair(context, self, invented)),
  ])
}

interface NamedId {
  readonly what: string
  readonly id: string
}

function encodedId(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function othersDashboards({ model }: Context, { tenantId }: Visitor) {
  return model.dashboards
    .filter(({ tenant }) => tenant !== undefined && tenant !== tenantId)
    .map(({ name, widgets }) => ({ name, widgets: widgets.map((widget) => widget.name) }))
}

/** The model's own dashboards and who the asker is told to be: the list must be of this tenant. */
function viewerCheck(context: Context, self: Visitor): Check {
  const what = 'viewer and the lists of what there is'
  const query = `${catalogueQuery.replace('datasets {', 'viewer { tenantId } datasets {')}`
  return {
    what,
    run: async () => {
      const reply = await context.client.ask(self.token, query)
      const names = new Set(othersDashboards(context, self).map(({ name }) => name))
      const text = reply.text
      const strange = [...names].filter((name) => text.includes(JSON.stringify(name)))
      const tenantId = textAt(reply.data, 'viewer', 'tenantId')
      const wrong = tenantId === self.tenantId ? strange : [`viewer is ${tenantId}`, ...strange]
      const verdict: Verdict =
        judgeWithoutData(reply) ??
        (wrong.length === 0
          ? { outcome: 'own' }
          : { outcome: 'crossed', reason: 'of another tenant', values: wrong })
      return [{ what, ...verdict, asker: self.label, asked: { query, variables: {} } }]
    },
  }
}

function nameCheck({ client }: Context, self: Visitor, name: string): Check {
  const what = `dashboard ${name} of another tenant, by its name`
  const query = 'query Dashboard($name: String!) { dashboard(name: $name) { id name widgets { id } } }'
  return {
    what,
    run: async () => {
      const variables = { name }
      const reply = await client.ask(self.token, query, variables)
      return [{ what, ...judgeNotGranted(reply), asker: self.label, asked: { query, variables } }]
    },
  }
}

function idPair(context: Context, self: Visitor, { what, id }: NamedId): readonly Check[] {
  const fields = [
    'node(id: $id) { __typename id }',
    'widget(id: $id) { __typename id data { __typename } }',
    'widget(id: $id) { __typename id drillDown(first: 1) { edges { node } } }',
  ]
  return fields.map((field) => {
    const query = `query Id($id: ID!) { ${field} }`
    const asked = { query, variables: { id } }
    const named = `${field.split('(')[0]} with an id ${what}`
    return {
      what: named,
      run: async () => {
        const reply = await context.client.ask(self.token, query, { id })
        return [{ what: named, ...judge(context, self, reply), asker: self.label, asked }]
      },
    }
  })
}

/** An id may be spelled in more than one way, but only what the asker is shown anyway may be behind it. */
function judge(context: Context, self: Visitor, reply: Parameters<typeof judgeNotGranted>[0]): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const [found] = Object.values(reply.data ?? {})
  if (!isObject(found)) return { outcome: 'refused', reason: 'not there' }
  const others = new Set(
    othersDashboards(context, self).flatMap(({ name, widgets }) => [
      encodedId(`Dashboard:${name}`),
      ...widgets.map((widget) => encodedId(`Widget:${name}/${widget}`)),
    ]),
  )
  const shown = new Set(
    context.catalogue.dashboards.flatMap(({ id, widgets }) => [id, ...widgets.map((widget) => widget.id)]),
  )
  const id = textAt(found, 'id') ?? ''
  if (shown.has(id) && !others.has(id))
    return { outcome: 'own', reason: 'another spelling of what is shown anyway' }
  return { outcome: 'crossed', reason: 'an id that the asker was never shown', values: sample(reply.data) }
}

function inventedIds({ catalogue, visitors }: Context, self: Visitor, other: Visitor): readonly NamedId[] {
  const dashboard = catalogue.dashboards[0]?.name ?? 'none'
  const widget = catalogue.dashboards[0]?.widgets[0]?.name ?? 'none'
  const dataset = catalogue.datasets[0]?.name ?? 'none'
  const metric = catalogue.datasets.flatMap(({ metrics }) => metrics)[0]?.name ?? 'none'
  const texts: readonly string[] = [
    'Dashboard:none_such',
    `Widget:${dashboard}/none_such`,
    'Widget:none_such/none_such',
    `Tenant:${other.tenantId}`,
    `Tenant:${self.tenantId}`,
    `Dataset:${dataset}`,
    `Metric:${metric}`,
    `GuestToken:${other.id}`,
    `ApiKey:${other.id}`,
    `AuditEvent:${other.id}`,
    `Policy:${dashboard}`,
    'Query:1',
    `dashboard:${dashboard}`,
    `Widget:../${dashboard}/${widget}`,
    `Widget:${dashboard}/../${dashboard}/${widget}`,
    `Widget:${other.tenantId}/${dashboard}/${widget}`,
    `Dashboard:${dashboard}/${widget}`,
    `Dashboard:${dashboard}\u0000`,
    `Dashboard:${dashboard}' OR '1'='1`,
    'Dashboard:%',
    'Dashboard:*',
    'Dashboard:',
    'Dashboard:__proto__',
    'Dashboard:constructor',
    `Dashboard:${'a'.repeat(5000)}`,
    ':',
  ]
  const ofTokens = visitors.map(({ id }) => ({ what: 'that is a token’s', id }))
  return [
    ...texts.map((text) => ({ what: `of ${JSON.stringify(text.slice(0, 60))}`, id: encodedId(text) })),
    ...ofTokens,
    { what: 'that is not encoded', id: `Dashboard:${dashboard}` },
    { what: 'that is empty', id: '' },
    { what: 'of bytes that are no text', id: Buffer.from([0xff, 0xfe, 0x00, 0x80]).toString('base64url') },
    { what: 'with padding', id: Buffer.from(`Dashboard:${dashboard}`).toString('base64') },
    { what: 'that is a number', id: '1' },
  ]
}
