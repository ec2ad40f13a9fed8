import type { Catalogue } from './catalogue.ts'
import type { AskOptions, Client, Reply } from './client.ts'
import type { Model, Ownership } from './model.ts'
import { asked, type Question } from './question.ts'
import type { Offered } from './schema.ts'

/** A token of ours and whose it is. */
export interface Visitor {
  readonly tenantId: string
  readonly token: string
  readonly id: string
  /** For the report: the tenant and the first characters of the token's id. */
  readonly label: string
}

/** What the two tenants were told when each asked for itself and nothing was crossed yet. */
export interface Baseline {
  readonly replies: ReadonlyMap<Visitor, Reply>
  /** Whether the two were told different things, so that one's answer can be told from the other's. */
  readonly differs: boolean
  /** Whether a tenant that asked twice was told the same twice. */
  readonly steady: boolean
}

export interface Context {
  readonly client: Client
  readonly apiKey: string
  readonly model: Model
  readonly offered: Offered
  readonly catalogue: Catalogue
  /** By `dataset.dimension`. */
  readonly owned: ReadonlyMap<string, Ownership>
  readonly joined: ReadonlyMap<string, string>
  readonly visitors: readonly [Visitor, Visitor]
  readonly questions: readonly Question[]
  readonly baselines: Map<Question, Baseline>
  /** What could not be tried, and why. */
  readonly notTried: Set<string>
  /** A token of the tenant with these grants beside those that every token of this run has. */
  mint(tenantId: string, grants?: Readonly<Record<string, unknown>>): Promise<Visitor>
}

export function askAs(
  { client }: Context,
  visitor: Visitor,
  question: Question,
  options: AskOptions = {},
): Promise<Reply> {
  const { query, variables } = asked(question)
  return client.ask(visitor.token, query, variables, options)
}

/** Each of the two, and the other one. */
export function bothWays({ visitors: [a, b] }: Context): readonly (readonly [Visitor, Visitor])[] {
  return [
    [a, b],
    [b, a],
  ]
}

/** Those by whose answers the two tenants can be told apart. */
export function tellingQuestions({ questions, baselines }: Context): readonly Question[] {
  return questions.filter((question) => {
    const baseline = baselines.get(question)
    return baseline?.differs === true && baseline.steady
  })
}
