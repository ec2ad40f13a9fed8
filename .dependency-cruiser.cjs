/** The direction of imports: from the edge down, never back up. The order is the way of a request. */
const layers = [
  ['cli', '^src/(cli/|demo/|doctor/|init/|load/|main[.]ts)'],
  ['http', '^src/http/'],
  ['schema', '^src/schema[.]ts'],
  [
    'slices',
    '^src/(api-keys|benchmarks|dashboards|data-sources|explain|exports|live|widgets|questions|datasets|guest-tokens|origins|signing-keys|token-issuers|viewer|model|audit|tenants|usage)/',
  ],
  ['graphql', '^src/graphql/'],
  ['analytics', '^src/analytics/'],
  ['warehouse', '^src/warehouse/'],
  ['catalogue', '^src/catalogue/'],
  ['access', '^src/access/'],
  ['store', '^src/store/'],
]

const upward = layers.slice(1).map(([name, path], index) => ({
  name: `${name}-imports-down-only`,
  severity: 'error',
  from: { path },
  to: { path: layers.slice(0, index + 1).map(([, above]) => above) },
}))

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'verify-knows-the-public-api-alone',
      comment: 'What tries the walls from outside must not lean on anything behind them.',
      severity: 'error',
      from: { path: '^src/verify/' },
      to: { path: '^src/', pathNot: '^src/verify/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'It is published for pages and backends of others: nothing of the server may travel with it.',
      severity: 'error',
      from: { path: '^src/(client|host)/' },
      to: { path: '^src/', pathNot: '^src/($1|client)/' },
    },
    {
      name: 'charts-are-pure',
      comment: 'The page and the server draw with them alike.',
      severity: 'error',
      from: { path: '^src/charts/' },
      to: { path: '^src/', pathNot: '^src/(charts|client)/' },
    },
    {
      name: 'components-know-the-client-alone',
      comment: 'What runs in a page reaches the API as any other client does.',
      severity: 'error',
      from: { path: '^src/embed/' },
      to: { path: '^src/', pathNot: '^src/(embed|charts|client)/' },
    },
    {
      name: 'nothing-leans-on-the-page',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/embed/' },
      to: { path: '^src/embed/' },
    },
    {
      name: 'resolvers-reach-no-database',
      comment: 'A resolver asks what is bound to the scope; it cannot reach a client, a printer or a table.',
      severity: 'error',
      from: { path: '/graphql[.]ts$|^src/graphql/' },
      to: {
        path: '^src/(warehouse|store)/|node_modules/(@clickhouse|chdb|pg|drizzle-orm|@electric-sql)/',
      },
    },
    {
      name: 'one-maker-of-scopes',
      comment: 'The printer asks whether a scope is one; nobody else needs more than the type.',
      severity: 'error',
      from: {
        pathNot: '^src/(access/(layers|planned)|warehouse/(clickhouse|postgres)/print(-benchmark)?)[.]ts',
      },
      to: { path: '^src/access/scope[.]ts', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-maker-of-verified-claims',
      severity: 'error',
      from: { pathNot: '^src/access/(verify|planned)[.]ts' },
      to: { path: '^src/access/claims[.]ts', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'planned-tokens-are-explained-and-not-served',
      severity: 'error',
      from: { pathNot: '^src/explain/' },
      to: { path: '^src/access/planned[.]ts', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'verify-knows-only-the-public-api',
      comment: 'A proof that used the code it is about would prove less.',
      severity: 'error',
      from: { path: '^src/verify/' },
      to: { path: '^src/', pathNot: '^src/verify/' },
    },
    {
      name: 'one-maker-of-host-identities',
      severity: 'error',
      from: { pathNot: '^src/access/credential[.]ts' },
      to: { path: '^src/access/host[.]ts', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-printer-of-statements-for-each-dialect',
      severity: 'error',
      from: { pathNot: '^src/warehouse/(clickhouse|postgres)/print(-benchmark)?[.]ts' },
      to: { path: '^src/warehouse/statement[.]ts', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-maker-of-benchmarks',
      comment: 'Their statement reads the rows of all tenants.',
      severity: 'error',
      from: {
        pathNot:
          '^src/(warehouse/(ask|dialect|(clickhouse|postgres)/(dialect|print-benchmark))|analytics/questions/benchmark)[.]ts',
      },
      to: { path: '^src/warehouse/(benchmark-select|(clickhouse|postgres)/print-benchmark)[.]ts' },
    },
    {
      name: 'warehouse-clients-stay-in-the-warehouse',
      severity: 'error',
      from: { pathNot: '^src/(warehouse|load)/' },
      to: { path: 'node_modules/(@clickhouse|chdb)/' },
    },
    {
      name: 'store-drivers-stay-in-the-store',
      severity: 'error',
      from: { pathNot: '^src/(store|warehouse/postgres)/' },
      to: { path: 'node_modules/(pg|@electric-sql)/' },
    },
    {
      name: 'environment-is-read-once',
      severity: 'error',
      from: { pathNot: '^src/(cli|main|config)' },
      to: { path: '^src/config([.]ts|/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['[.]d[.]ts$', '^src/embed/tessera[.]ts$'] },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs'],
    },
  },
}
