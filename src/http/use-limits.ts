import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { TesseraError } from '../errors.ts'
import { createSizeRule } from './size-rule.ts'

export interface DocumentLimits {
  /** Of a document. Each alias, field and argument costs some, so that nothing can be repeated past it. */
  readonly tokens: number
  /** How deep fields stand in fields; fragments count where they are spread. */
  readonly depth: number
  /** Of all operations; fragments count where they are spread. */
  readonly fields: number
  /** Fragments under `@defer`, of all operations and wherever they are spread; each is a part of the answer. */
  readonly deferred: number
  /** How deep objects and lists stand in each other within the variables. */
  readonly variablesDepth: number
}

/**
 * GraphiQL's introspection query has 355 tokens at a depth of 13; a dashboard with 12 widgets about 500, and one with 40 in
 * a single request, each deferred and with controls of its own, about 3,500.
 */
export const defaultDocumentLimits: DocumentLimits = Object.freeze({
  tokens: 5_000,
  depth: 16,
  fields: 3_000,
  deferred: 100,
  variablesDepth: 64,
})

/** Bounds what a request may make the parser, the validation, the coercion of variables and the resolvers do. */
export function useLimits(limits: DocumentLimits): Plugin {
  const sizeRule = createSizeRule(limits)
  return {
    onParams({ params }) {
      if (isDeeperThan(params.variables, limits.variablesDepth)) {
        throw tooLarge('variables', `objects and lists at most ${limits.variablesDepth} deep`)
      }
    },
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        try {
          return parseFn(source, { ...options, maxTokens: limits.tokens })
        } catch (error) {
          const isTokenLimit =
            error instanceof GraphQLError && error.message.includes(`${limits.tokens} tokens`)
          throw isTokenLimit ? tooLarge('query', `at most ${limits.tokens} tokens`) : error
        }
      })
    },
    onValidate({ addValidationRule }) {
      addValidationRule(sizeRule)
    },
  }
}

/** Level by level, without recursion: what is measured may be deeper than the stack. */
function isDeeperThan(value: unknown, depthMax: number): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= depthMax; depth += 1) {
    level = level.flatMap((entry) =>
      typeof entry === 'object' && entry !== null ? Object.values(entry) : [],
    )
    if (level.length === 0) return false
  }
  return level.some((entry) => typeof entry === 'object' && entry !== null)
}

function tooLarge(argument: string, expected: string): TesseraError {
  return new TesseraError('QUERY_TOO_LARGE', { argument, expected })
}
