import { expect, test } from 'vitest'
import type { SourceCheck } from '../../src/doctor/diagnose.ts'
import { formatChecks } from '../../src/doctor/report.ts'

const checks: readonly SourceCheck[] = [
  { dataSource: 'lake', name: 'https://ch', outcome: 'ok', what: 'ClickHouse 26.7.', mend: null },
  {
    dataSource: 'lake',
    name: 'data.orders: sorting key',
    outcome: 'warning',
    what: 'It is (day).',
    mend: 'ALTER TABLE a;\nALTER TABLE b;',
  },
  { dataSource: 'billing', name: 'server', outcome: 'problem', what: 'It is not reached.', mend: null },
]

test('checks stand by data source, under each what mends it, and at the end how many there are', () => {
  expect(formatChecks(checks)).toBe(`lake
  ok       https://ch                ClickHouse 26.7.
  warning  data.orders: sorting key  It is (day).
           ALTER TABLE a;
           ALTER TABLE b;

billing
  problem  server  It is not reached.

3 checks: 1 problem, 1 warning, 1 ok.
`)
})

test('a model without data sources has no checks', () => {
  expect(formatChecks([])).toBe('0 checks: 0 problems, 0 warnings, 0 ok.\n')
})
