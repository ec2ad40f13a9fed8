import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import type { Context, Visitor } from './context.ts'
import { isObject, parseJson } from './json.ts'
import { judgeNotGranted, judgeWithoutData, type Verdict } from './judge.ts'

/** What was not granted and what was made up: the same bytes, apart from the request's id and the name itself. */
export function sameAnswerChecks(context: Context): readonly Check[] {
  const { catalogue, offered } = context
  const [tenant] = context.visitors
  if (!offered.grants.has('datasets') || !offered.grants.has('dashboards')) return []
  const names = namesOf(context)
  const check = (
    what: string,
    grants: Readonly<Record<string, unknown>>,
    tried: readonly Named[],
  ): Check => ({
    what,
    run: async () => {
      const holder = await context.mint(tenant.tenantId, grants)
      const findings: Finding[] = []
      for (const named of tried) findings.push(await compare(context, holder, named))
      return findings
    },
  })
  const hasDashboards = catalogue.dashboards.length > 0
  return [
    check('datasets that are not granted and invented ones', { datasets: [] }, names.ofDatasets),
    ...(hasDashboards
      ? [check('dashboards that are not granted and invented ones', { dashboards: [] }, names.ofDashboards)]
      : []),
  ]
}

interface Named {
  readonly what: string
  readonly query: string
  /** Of the thing that is there, and of one that is not. */
  readonly variables: (name: string) => Readonly<Record<string, unknown>>
  readonly name: string
}

function namesOf({ catalogue }: Context) {
  const dataset = catalogue.datasets[0]?.name ?? 'none'
  const dimension = catalogue.datasets[0]?.dimensions[0]?.name ?? 'none'
  const metric = catalogue.datasets.flatMap(({ metrics }) => metrics)[0]?.name ?? 'none'
  const dashboard = catalogue.dashboards[0]?.name ?? 'none'
  const widget = catalogue.dashboards[0]?.widgets[0]?.name ?? 'none'
  const byName = (field: string, name: string): Named => ({
    what: field,
    query: `query Named($name: String!) { ${field}(name: $name) { name } }`,
    variables: (asked) => ({ name: asked }),
    name,
  })
  const byId = (field: string, sort: string, name: string, rest: string): Named => ({
    what: `${field} of a ${sort}`,
    query: `query Named($id: ID!) { ${field}(id: $id) { id } }`,
    variables: (asked) => ({ id: Buffer.from(`${sort}:${asked}${rest}`).toString('base64url') }),
    name,
  })
  const byInput = (
    field: string,
    type: string,
    shown: string,
    input: (asked: string) => object,
    name: string,
  ): Named => ({
    what: field,
    query: `query Named($input: ${type}!) { ${field}(input: $input) { ${shown} } }`,
    variables: (asked) => ({ input: input(asked) }),
    name,
  })
  return {
    ofDatasets: [
      byName('dataset', dataset),
      byName('metric', metric),
      byInput('counter', 'CounterInput', 'value', (asked) => ({ metric: asked }), metric),
      byInput('timeSeries', 'TimeSeriesInput', 'labels', (asked) => ({ metrics: [asked] }), metric),
      byInput(
        'topValues',
        'TopValuesInput',
        'values { value }',
        (asked) => ({ dataset: asked, dimension }),
        dataset,
      ),
      byInput(
        'records',
        'RecordsInput',
        'edges { node }',
        (asked) => ({ dataset: asked, columns: [dimension] }),
        dataset,
      ),
    ],
    ofDashboards: [
      byName('dashboard', dashboard),
      byId('node', 'Dashboard', dashboard, ''),
      byId('node', 'Widget', dashboard, `/${widget}`),
      byId('widget', 'Widget', dashboard, `/${widget}`),
    ],
  }
}

async function compare(
  { client }: Context,
  holder: Visitor,
  { what, query, variables, name }: Named,
): Promise<Finding> {
  const invented = inventedLike(name)
  const real = await client.ask(holder.token, query, variables(name))
  const unreal = await client.ask(holder.token, query, variables(invented))
  return {
    what: `${what}: not granted and invented are told apart by nothing`,
    ...judge([real, name], [unreal, invented]),
    asker: holder.label,
    asked: { query, variables: variables(name) },
  }
}

function judge(real: readonly [Reply, string], unreal: readonly [Reply, string]): Verdict {
  const verdict = judgeNotGranted(real[0])
  if (verdict.outcome !== 'refused') return verdict
  const without = judgeWithoutData(unreal[0])
  if (without?.outcome === 'failed') return without
  const [first, second] = [bytesOf(...real), bytesOf(...unreal)]
  if (first === second) return verdict
  return { outcome: 'crossed', reason: 'the two answers differ', values: [first, second] }
}

/** As long as the real one, so that a length gives nothing away to this comparison either. */
function inventedLike(name: string): string {
  return 'zqxjvkwpyfgbhdmclrntsuoaie'.repeat(Math.ceil(name.length / 26)).slice(0, Math.max(1, name.length))
}

function bytesOf({ status, text }: Reply, name: string): string {
  const body = JSON.stringify(parseJson(text), (key, member: unknown) => {
    if (key === 'requestId') return undefined
    // The nearest names that may be seen depend on the name that was asked for.
    if (key === 'allowed' && !isObject(member)) return undefined
    return member
  })
  return `${status} ${String(body).replaceAll(name, '?')}`
}
