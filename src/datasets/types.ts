import type { Dataset as DatasetShape, Dimension as DimensionShape } from '../catalogue/catalogue.ts'
import { isApproximate, type Metric as MetricShape } from '../catalogue/metric.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'

export const ValueType = builder.enumType('ValueType', {
  values: ['STRING', 'NUMBER', 'BOOLEAN', 'TIME'] as const,
})

export const Dimension = builder.objectRef<DimensionShape>('Dimension')
Dimension.implement({
  authorize: 'value',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    type: t.field({ type: ValueType, resolve: ({ type }) => type }),
    format: t.exposeString('format', { nullable: true }),
    unit: t.exposeString('unit', { nullable: true }),
  }),
})

/** A member of the catalogue says nothing about rows; what lists it was checked. */
export const Metric = builder.objectRef<MetricShape>('Metric')
Metric.implement({
  authorize: 'value',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    dataset: t.exposeString('dataset'),
    format: t.string({
      nullable: true,
      description: 'number, percent, currency, duration or bytes; null where it was left open',
      resolve: ({ format }) => format?.style ?? null,
    }),
    digits: t.int({
      nullable: true,
      description: 'after the point; null for as many as read well',
      resolve: ({ format }) => format?.digits ?? null,
    }),
    currency: t.string({
      nullable: true,
      description: 'ISO 4217',
      resolve: ({ format }) => format?.currency ?? null,
    }),
    locale: t.string({
      nullable: true,
      description: 'BCP 47, of the formatted texts',
      resolve: ({ format }) => format?.locale ?? null,
    }),
    unit: t.exposeString('unit', { nullable: true }),
    additive: t.exposeBoolean('additive', {
      description: 'Whether the figures of parts add up to the figure of the whole.',
    }),
    approximate: t.boolean({
      description:
        'Whether a figure may differ from the exact one: a distinct count by 1% at the most, a quantile by being the value of a row whose rank is off by 0.1% of the rows at the most.',
      resolve: isApproximate,
    }),
    needsSeries: t.boolean({
      description: 'Whether its figure goes from bucket to bucket, so that timeSeries alone can answer it.',
      resolve: ({ kind }) => kind === 'window',
    }),
  }),
})

export const Dataset = builder.objectRef<DatasetShape>('Dataset')
Dataset.implement({
  authorize: 'guest',
  fields: (t) => ({
    name: t.exposeString('name'),
    title: t.exposeString('title'),
    description: t.exposeString('description', { nullable: true }),
    timeDimension: t.exposeString('timeDimension', { nullable: true }),
    dimensions: t.field({
      type: [Dimension],
      description: 'Those that the token may name.',
      resolve: (dataset, _, context) => guestOf(context).catalogue.dimensions(dataset),
    }),
    metrics: t.field({
      type: [Metric],
      resolve: (dataset, _, context) => guestOf(context).catalogue.metricsOf(dataset),
    }),
  }),
})
