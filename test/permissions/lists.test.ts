import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelParts, token } from '../support/reference-cases.ts'
import { listsOf } from '../support/reference-lists.ts'
import { documentOf } from '../support/reference-model.ts'
import { catalogueOf } from '../support/reference-planner.ts'
import { caseCount, forAll, timeoutMs } from '../support/reference-runs.ts'
import { visibleNames } from '../support/reference-visible.ts'

const sight = fc.record({ parts: modelParts, token })

test(
  `${caseCount} tokens find the datasets, members, dashboards and widgets that the reference finds for them`,
  async () => {
    let found = 0
    await forAll(sight, async ({ parts, token: own }) => {
      const names = visibleNames(own, catalogueOf(parts))
      const expected = listsOf({ document: documentOf(parts), ...own })
      expect([...names].sort()).toEqual([...expected].sort())
      found += names.size
      return 1
    })
    expect(found).toBeGreaterThan(caseCount)
  },
  timeoutMs,
)
