import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Dataset, Metric } from './types.ts'

builder.queryFields((t) => ({
  datasets: t.field({
    type: [Dataset],
    authorize: 'guest',
    resolve: (_, __, context) => guestOf(context).catalogue.datasets(),
  }),
  dataset: t.field({
    type: Dataset,
    nullable: true,
    authorize: 'guest',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, context) => guestOf(context).catalogue.dataset(name),
  }),
  metrics: t.field({
    type: [Metric],
    authorize: 'guest',
    resolve: (_, __, context) => guestOf(context).catalogue.metrics(),
  }),
  metric: t.field({
    type: Metric,
    nullable: true,
    authorize: 'guest',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, context) => guestOf(context).catalogue.metric(name),
  }),
}))
