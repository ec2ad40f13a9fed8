import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { authorizationRules } from '../../src/graphql/authorization.ts'
import { builder } from '../../src/graphql/builder.ts'
import { schema } from '../../src/schema.ts'
import { nobody } from '../support/nobody.ts'

const checkedRules: readonly unknown[] = ['guest', 'host', 'guest or host']

interface Walked {
  readonly path: string
  readonly field: GraphQLField<unknown, unknown>
  readonly rule: unknown
}

function walk(): readonly Walked[] {
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        path: `${type.name}.${field.name}`,
        field,
        rule: field.extensions.authorize,
      })),
    )
}

describe('every field', () => {
  test('has an authorization rule', () => {
    const without = walk().filter(({ rule }) => !authorizationRules.some((known) => known === rule))
    expect(without.map(({ path }) => path)).toEqual([])
    expect(walk().length).toBeGreaterThan(100)
  })

  test('of a root is for guests or for hosts, but for the one that is bound to whatever the credential is', () => {
    const roots = walk().filter(({ path }) => /^(Query|Mutation|Subscription)\./.test(path))
    const others = roots.filter(({ rule }) => !checkedRules.includes(rule))
    expect(others.map(({ path }) => path)).toEqual(['Mutation.refreshGuestToken'])
  })

  test('with a rule for guests or hosts refuses everybody else, whatever its resolver does', () => {
    const checked = walk().filter(({ rule }) => checkedRules.includes(rule))
    const refuses = (resolver: GraphQLFieldResolver<unknown, unknown> | undefined) => {
      try {
        resolver?.({}, {}, nobody, JSON.parse('{}'))
        return false
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'FORBIDDEN'
      }
    }
    const open = checked.filter(({ path, field }) =>
      path.startsWith('Subscription.')
        ? !(refuses(field.subscribe) && refuses(field.resolve))
        : !refuses(field.resolve),
    )
    expect(open.map(({ path }) => path)).toEqual([])
    expect(checked.filter(({ path }) => path.startsWith('Subscription.'))).toHaveLength(2)
  })

  test('that is a plain value stands on a type that only a checked field returns', () => {
    const plain = new Set(
      walk()
        .filter(({ rule }) => rule === 'value')
        .map(({ path }) => path.split('.')[0]),
    )
    const entries = walk().filter(({ rule }) => checkedRules.includes(rule))
    const reachable = new Set(entries.flatMap(({ field }) => namesBelow(getNamedType(field.type).name)))
    expect([...plain].filter((name) => name !== undefined && !reachable.has(name))).toEqual([])
  })
})

function namesBelow(name: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(name)) return []
  seen.add(name)
  const type = schema.getType(name)
  if (type === undefined || isLeafType(type)) return []
  const next = isUnionType(type)
    ? type.getTypes().map((member) => member.name)
    : isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => getNamedType(field.type).name)
      : []
  return [name, ...next.flatMap((below) => namesBelow(below, seen))]
}

describe('a schema', () => {
  test('with a field that has no rule does not build', () => {
    const forgotten = JSON.parse('{}')
    builder
      .objectRef('Forgotten')
      .implement({ ...forgotten, fields: (t) => ({ name: t.string({ resolve: () => 'x' }) }) })
    expect(() => builder.toSchema()).toThrow('Forgotten.name has no authorization rule.')
  })
})
