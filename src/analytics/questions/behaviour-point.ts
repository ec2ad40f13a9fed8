import type { FilterValue } from '../../access/grants.ts'
import type { WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { PointInput } from '../../catalogue/inputs.ts'
import { badInput } from '../../errors.ts'
import { type Among, allOf, anyOf, type Predicate, type Select } from '../../warehouse/select.ts'
import { type Asking, type Rowset, rowsOf, within } from '../asking.ts'
import { columnOf } from '../filter.ts'
import { literalOf } from '../literal.ts'
import type { Behaviour } from './behaviour.ts'
import { entitiesInFunnel, parseFunnel } from './funnel.ts'
import { parseHistogram } from './histogram.ts'
import { rangeOfBucket } from './point-rows.ts'
import { keyName } from './ranking.ts'
import { entitiesInCohorts, parseRetention } from './retention.ts'

/** A question that counts rows, or those who made them, and no metric. */
export type BehaviourQuestion = Extract<WidgetQuestion, { kind: 'histogram' | 'funnel' | 'retention' }>

export function isBehaviour(question: WidgetQuestion): question is BehaviourQuestion {
  return question.kind === 'histogram' || question.kind === 'funnel' || question.kind === 'retention'
}

/**
 * The rows of a bin; those that a funnel's step is about, of the entities that reached it; those that a cohort's
 * entities started with or came back with.
 * @throws BAD_USER_INPUT where the question has no such point
 */
export function rowsOfBehaviour(
  asking: Asking,
  question: BehaviourQuestion,
  rowset: Rowset,
  point: PointInput,
): Predicate {
  checkParts(question.kind, point)
  switch (question.kind) {
    case 'histogram':
      return rowsOfBin(asking, question, rowset, point)
    case 'funnel':
      return rowsOfStep(asking, question, rowset, point.step ?? null)
    case 'retention':
      return rowsOfCohort(asking, question, rowset, point)
  }
}

const partsOf = {
  histogram: ['bin'],
  funnel: ['step'],
  retention: ['bucket', 'period'],
} as const

/** What a point of another kind says would be dropped in silence. */
function checkParts(kind: BehaviourQuestion['kind'], point: PointInput): void {
  const known: readonly string[] = partsOf[kind]
  for (const [name, value] of Object.entries(point)) {
    if (value == null || value === false || known.includes(name)) continue
    throw badInput(`input.at.${name}`, `${known.join(' and ')} alone, for a ${kind}`)
  }
}

function rowsOfBin(
  asking: Asking,
  { input }: Extract<BehaviourQuestion, { kind: 'histogram' }>,
  rowset: Rowset,
  { bin }: PointInput,
): Predicate {
  const { dimension } = parseHistogram(asking, input)
  const of = columnOf(rowset.dataset, dimension)
  const edge = (value: FilterValue | undefined, name: string) => {
    const argument = `input.at.bin.${name}`
    if (value == null) throw badInput(argument, 'an edge of a bin')
    return literalOf(dimension, value, argument, Number.POSITIVE_INFINITY)
  }
  const tests: readonly Predicate[] =
    bin == null
      ? [{ kind: 'not', of: { kind: 'is_null', of } }]
      : [
          { kind: 'compare', operator: '>=', of, value: edge(bin.from, 'from') },
          { kind: 'compare', operator: '<', of, value: edge(bin.to, 'to') },
        ]
  return allOf([rowsOf(rowset), ...tests])
}

function rowsOfStep(
  asking: Asking,
  { input }: Extract<BehaviourQuestion, { kind: 'funnel' }>,
  rowset: Rowset,
  name: string | null,
): Predicate {
  const question = parseFunnel(asking, input)
  const index = name === null ? 0 : question.steps.findIndex((step) => step.name === name)
  const step = question.steps[index]
  if (step === undefined) {
    const names = question.steps.map((each) => each.name)
    throw badInput('input.at.step', 'the name of a step', names)
  }
  return allOf([
    rowsOf(rowset),
    name === null ? anyOf(question.steps.map(({ rows }) => rows)) : step.rows,
    entitiesAmong(question.behaviour, entitiesInFunnel(asking, question, index + 1)),
  ])
}

function rowsOfCohort(
  asking: Asking,
  { input }: Extract<BehaviourQuestion, { kind: 'retention' }>,
  rowset: Rowset,
  { bucket, period }: PointInput,
): Predicate {
  const question = parseRetention(asking, input, rowset)
  const { axis, behaviour, start, return: comesBack } = question
  if (bucket == null && period != null)
    throw badInput('input.at.bucket', 'the start of a cohort, of which period is one')
  const cohort = bucket == null ? null : cohortAt(axis.buckets.map(axis.label), bucket)
  const entities = entitiesAmong(
    behaviour,
    entitiesInCohorts(asking, question, cohort === null ? null : (axis.buckets[cohort] ?? null)),
  )
  if (cohort === null || period == null) return allOf([rowsOf(rowset), anyOf([start, comesBack]), entities])
  const label = axis.buckets.map(axis.label)[cohort + period]
  if (label === undefined || period < 0 || period >= question.periods) {
    throw badInput('input.at.period', 'the number of a period of the cohort, from 0 on')
  }
  const range = within(rowset.dataset, rangeOfBucket(axis, label, 'input.at.period'))
  return allOf([range, rowset.filters, comesBack, entities])
}

function cohortAt(labels: readonly string[], bucket: string): number {
  const index = labels.findIndex((label) => Date.parse(label) === Date.parse(bucket))
  if (index < 0) throw badInput('input.at.bucket', 'the start of a cohort')
  return index
}

function entitiesAmong({ dataset, entity }: Behaviour, select: Select): Among {
  return { kind: 'among', of: [columnOf(dataset, entity)], select, keys: [keyName(0)] }
}
