import type { ModelDocument } from '../document.ts'
import type { Finding } from '../problem.ts'
import { checkBenchmarks } from './benchmark.ts'
import { checkConformed } from './conformed.ts'
import { checkDashboard } from './dashboard.ts'
import { checkDataSource } from './data-source.ts'
import { checkDataset } from './dataset.ts'
import { checkLayer } from './layer.ts'
import { checkUnique, rulesFor } from './lookup.ts'
import { checkMetricNames } from './metric.ts'
import { checkPlaceRule } from './tenancy.ts'

/**
 * What holds between the parts of a document: which members exclude each other, and that every name is one of
 * something. Nothing here looks at the warehouse.
 */
export function checkRules(document: ModelDocument, excused: ReadonlySet<string>): readonly Finding[] {
  const rules = rulesFor(document, excused)
  const {
    dataSources,
    tenancy,
    datasets,
    roles = [],
    policies = [],
    benchmarks = [],
    dashboards = [],
  } = document
  checkUnique(rules, dataSources, ['dataSources'])
  checkUnique(rules, datasets, ['datasets'])
  checkUnique(rules, roles, ['roles'])
  checkUnique(rules, policies, ['policies'])
  checkUnique(rules, benchmarks, ['benchmarks'])
  checkUnique(rules, dashboards, ['dashboards'])
  checkMetricNames(rules)
  checkConformed(rules)
  if (tenancy !== undefined) checkPlaceRule(rules, tenancy)
  for (const [index, source] of dataSources.entries()) checkDataSource(rules, source, ['dataSources', index])
  for (const [index, dataset] of datasets.entries()) checkDataset(rules, dataset, ['datasets', index])
  for (const [index, role] of roles.entries()) checkLayer(rules, role, ['roles', index])
  for (const [index, policy] of policies.entries()) checkLayer(rules, policy, ['policies', index])
  checkBenchmarks(rules, benchmarks)
  for (const [index, dashboard] of dashboards.entries())
    checkDashboard(rules, dashboard, ['dashboards', index])
  return rules.findings
}
