import { builder } from '../graphql/builder.ts'
import { hostOf } from '../graphql/callers.ts'
import {
  type ExplainedRows as ExplainedRowsShape,
  type ExplainedRule as ExplainedRuleShape,
  type Explanation as ExplanationShape,
  explainOutcomes,
} from '../graphql/explanation.ts'
import { CreateGuestTokenInput, tokenInput } from '../guest-tokens/graphql.ts'
import {
  CounterInput,
  Filter,
  FunnelInput,
  Granularity,
  HistogramInput,
  LeaderboardInput,
  RecordsInput,
  RetentionInput,
  TableInput,
  TimeRange,
  TimeSeriesInput,
  TopValuesInput,
} from '../questions/inputs.ts'

const WidgetQuestion = builder.inputType('ExplainWidgetInput', {
  fields: (t) => ({
    dashboard: t.string({ required: true }),
    name: t.string({ required: true }),
    timeRange: t.field({ type: TimeRange }),
    granularity: t.field({ type: Granularity }),
    timeZone: t.field({ type: 'TimeZone' }),
    filters: t.field({ type: [Filter] }),
  }),
})

const Question = builder.inputType('ExplainQuestionInput', {
  isOneOf: true,
  fields: (t) => ({
    dashboard: t.string(),
    widget: t.field({ type: WidgetQuestion }),
    counter: t.field({ type: CounterInput }),
    timeSeries: t.field({ type: TimeSeriesInput }),
    leaderboard: t.field({ type: LeaderboardInput }),
    table: t.field({ type: TableInput }),
    histogram: t.field({ type: HistogramInput }),
    funnel: t.field({ type: FunnelInput }),
    retention: t.field({ type: RetentionInput }),
    topValues: t.field({ type: TopValuesInput }),
    records: t.field({ type: RecordsInput }),
  }),
})

const ExplainInput = builder.inputType('ExplainInput', {
  description: 'Either the id of a token that was minted here, or what a planned one would be made from.',
  fields: (t) => ({
    tokenId: t.id(),
    token: t.field({ type: CreateGuestTokenInput }),
    question: t.field({ type: Question, required: true }),
  }),
})

const Outcome = builder.enumType('ExplainOutcome', { values: explainOutcomes })

const Rule = builder.objectRef<ExplainedRuleShape>('ExplainedRule')
Rule.implement({
  authorize: 'host',
  fields: (t) => ({
    effect: t.field({ type: Outcome, resolve: ({ effect }) => effect }),
    source: t.exposeString('source', {
      description: 'role viewer, policy overview, token, row rule of flights, tenant, question …',
    }),
    text: t.exposeString('text'),
  }),
})

const ExplainedRows = builder.objectRef<ExplainedRowsShape>('ExplainedRows')
ExplainedRows.implement({
  authorize: 'host',
  fields: (t) => ({
    dataset: t.exposeString('dataset'),
    ofTenant: t.exposeFloat('ofTenant', { description: 'before anything narrows them' }),
    visible: t.exposeFloat('visible', { description: 'that the token lets through' }),
    asked: t.exposeFloat('asked', {
      nullable: true,
      description: "of those, inside the question's own range and filters; null where they are refused",
    }),
  }),
})

const Explanation = builder.objectRef<ExplanationShape>('Explanation')
Explanation.implement({
  authorize: 'host',
  fields: (t) => ({
    outcome: t.field({ type: Outcome, resolve: ({ outcome }) => outcome }),
    code: t.exposeString('code', { nullable: true, description: 'the code of the refusal' }),
    rules: t.field({ type: [Rule], resolve: ({ rules }) => rules }),
    rows: t.field({ type: ExplainedRows, nullable: true, resolve: ({ rows }) => rows }),
  }),
})

builder.queryField('explain', (t) =>
  t.field({
    type: Explanation,
    authorize: 'host',
    description:
      'Scope tokens:create. Which rule allows, narrows or refuses a question of a token: for whoever asks why a customer sees nothing.',
    args: { input: t.arg({ type: ExplainInput, required: true }) },
    resolve: (_, { input: { token, ...input } }, context) =>
      hostOf(context).explain({ ...input, token: token == null ? null : tokenInput(token) }),
  }),
)
