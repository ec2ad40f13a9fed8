import type { FunnelInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import { allOf, always, type Output, type Predicate, type Select } from '../../warehouse/select.ts'
import type { FunnelAnswer, FunnelStep } from '../answers.ts'
import { type Asking, type Plan, parseRowset, type Rowset, rowsOf, timeColumn } from '../asking.ts'
import { columnAt, statsOf } from '../decode.ts'
import { textLiteral } from '../literal.ts'
import { durationText, parseDuration } from '../time/duration.ts'
import { selectFor, selectOver } from '../view.ts'
import {
  type Behaviour,
  checkTestCount,
  entityOutput,
  mayTellOrder,
  parseBehaviour,
  parseCondition,
  rowsOfAny,
  rowsOfEntities,
} from './behaviour.ts'
import { keyName } from './ranking.ts'

export interface FunnelQuestion {
  readonly behaviour: Behaviour
  readonly rowset: Rowset
  readonly steps: readonly { readonly name: string; readonly rows: Predicate }[]
  /** Microseconds. */
  readonly within: number
}

/**
 * @throws NOT_FOUND, DIMENSION_NOT_ALLOWED, BAD_USER_INPUT, GRANULARITY_NOT_ALLOWED, QUERY_TOO_LARGE and what the rows
 *   are refused with
 */
export function parseFunnel(asking: Asking, input: FunnelInput): FunnelQuestion {
  const behaviour = parseBehaviour(asking, input)
  const { dataset } = behaviour
  checkNames(input.steps)
  checkTestCount([input.filters, ...input.steps.map(({ filters }) => filters)])
  const steps = input.steps.map(({ name, filters }, index) => ({
    name,
    rows: parseCondition(asking, dataset, filters, `input.steps.${index}.filters`),
  }))
  const within = parseDuration(input.within)
  if (within === null) throw badInput('input.within', durationText)
  const rowset = parseRowset(asking, dataset, input)
  if (!mayTellOrder(asking, dataset)) {
    throw new TesseraError('GRANULARITY_NOT_ALLOWED', {
      argument: 'input.steps',
      expected: `a token without a finest grain, because the order of steps tells times more finely than a ${asking.scope.permissions.minGranularity}`,
    })
  }
  return { behaviour, rowset, steps, within }
}

function checkNames(steps: FunnelInput['steps']): void {
  if (steps.length < 2 || steps.length > 20) throw badInput('input.steps', '2 to 20 steps')
  const names = steps.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    const argument = `input.steps.${index}.name`
    if (name === '') throw badInput(argument, 'a name')
    textLiteral(name, argument, 200)
    if (names.indexOf(name) !== index) throw badInput(argument, 'each name once')
  }
}

/** The entities that went through at least so many steps, each with how many: `k0`, `level`. */
export function entitiesInFunnel(asking: Asking, question: FunnelQuestion, leastLevel: number): Select {
  const { behaviour, rowset, steps, within } = question
  const { dataset } = behaviour
  const conditions = steps.map(({ rows }) => rows)
  return selectFor(asking, dataset, {
    outputs: [
      entityOutput(behaviour),
      {
        name: 'level',
        expression: { kind: 'funnel_level', time: timeColumn(dataset), steps: conditions, within },
      },
    ],
    where: allOf([rowsOf(rowset), rowsOfEntities(behaviour), rowsOfAny(conditions)]),
    groupBy: [[keyName(0)]],
    having: atLeast(leastLevel),
    orderBy: [],
    limit: null,
    offset: 0,
  })
}

function atLeast(level: number): Predicate {
  const of = { kind: 'output', name: 'level' } as const
  return { kind: 'compare', operator: '>=', of, value: { type: 'Int64', text: String(level) } }
}

export function planFunnel(asking: Asking, input: FunnelInput): Plan<FunnelAnswer> {
  const question = parseFunnel(asking, input)
  const { behaviour, rowset, steps } = question
  return {
    dataset: behaviour.dataset,
    select: selectOver(entitiesInFunnel(asking, question, 1), {
      outputs: steps.map((_, index): Output => {
        const where = atLeast(index + 1)
        return {
          name: `s${index}`,
          expression: { kind: 'aggregate', function: 'count', of: null, level: null, where },
        }
      }),
      where: always,
      groupBy: [[]],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => ({
      kind: 'funnel',
      steps: stepsOf(
        steps.map(({ name }) => name),
        steps.map((_, index) => Number(columnAt(rows, index)[0] ?? 0)),
      ),
      range: rowset.range,
      stats: statsOf(rows, asking.now),
    }),
  }
}

function stepsOf(names: readonly string[], counts: readonly number[]): readonly FunnelStep[] {
  return names.map((name, index) => {
    const count = counts[index] ?? 0
    if (index === 0) return { name, count, fromPrevious: null, fromStart: null }
    return {
      name,
      count,
      fromPrevious: ratio(count, counts[index - 1]),
      fromStart: ratio(count, counts[0]),
    }
  })
}

function ratio(count: number, of: number | undefined): number | null {
  return of === undefined || of === 0 ? null : count / of
}
