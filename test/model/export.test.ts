import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatModel } from '../../src/model/export.ts'
import { parseModel } from '../../src/model/parse.ts'

const flights = readFileSync(new URL('../../examples/flights.yaml', import.meta.url), 'utf8')

test('a printed model parses to the same model, with its keys in the same order', () => {
  const document = parseModel(flights)
  expect(JSON.stringify(parseModel(formatModel(document)))).toBe(JSON.stringify(document))
})

test.each([' \n', '\n ', 'a\n \nb', '  a\nb\n', '\n\n'])(
  'the spaces and line breaks of %j are kept',
  (description) => {
    const document = parseModel(flights)
    const [first, ...others] = document.datasets
    if (first === undefined) throw new Error('The example has a dataset.')
    const told = { ...document, datasets: [{ ...first, description }, ...others] }
    expect(parseModel(formatModel(told))).toEqual(told)
  },
)

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/)
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 })
const title = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => /^(?=.*\S)[^\p{Cc}\p{Cs}]+$/u.test(text))
const description = fc
  .array(fc.oneof(title, fc.constantFrom('\n', ' ', '# ', 'yes', 'null', '1e3', '- ', ': ')), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
const value = fc.oneof(
  title,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.constant(null),
)
const layout = fc.dictionary(
  title.filter((key) => key !== '__proto__'),
  fc.oneof(value, fc.array(value), fc.dictionary(name, value)),
)

const model = fc
  .record({
    names,
    title,
    description,
    values: fc.array(value, { minLength: 1, maxLength: 5 }),
    layout,
    tenant: title,
  })
  .map(({ names: own, title: shown, description: told, values, layout: place, tenant }) => ({
    dataSources: [{ name: 'one', kind: 'chdb' }],
    datasets: own.map((dataset, index) => ({
      name: dataset,
      title: shown,
      description: told,
      dataSource: 'one',
      table: 'rows',
      tenantColumn: shown.replaceAll(/[`\\]/g, '_'),
      dimensions: [{ name: 'kind', type: 'string' }],
      metrics: [
        { name: `metric_${index}`, aggregate: 'count', filters: [{ not: { dimension: 'kind', values } }] },
      ],
    })),
    dashboards: [
      {
        name: 'board',
        tenant,
        layout: place,
        widgets: [
          {
            name: 'total',
            visualization: { kind: 'NUMBER', options: place },
            counter: { metric: 'metric_0' },
          },
        ],
      },
    ],
  }))

test('parse, print, parse is parse, whatever the texts and values are', () => {
  fc.assert(
    fc.property(model, (input) => {
      const document = parseModel(input)
      expect(parseModel(formatModel(document))).toEqual(document)
      expect(parseModel(JSON.stringify(document))).toEqual(document)
    }),
    { numRuns: 200 },
  )
})
