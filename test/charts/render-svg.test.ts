import { expect, test } from 'vitest'
import { visualizationKinds } from '../../src/charts/answers.ts'
import { renderSvg } from '../../src/charts/render-svg.ts'
import { answers, widget } from '../support/chart-answers.ts'
import { parseXml } from '../support/xml.ts'

const size = { width: 600, height: 320 }

const pairs = visualizationKinds.flatMap((kind) =>
  Object.entries(answers).map(([name, answer]) => ({ kind, name, answer })),
)

test.each(pairs)(
  '$name drawn as $kind is one well-formed picture without a figure that is none',
  async ({ kind, answer }) => {
    const svg = await renderSvg(widget(kind), answer, size)
    const { name, attributes } = parseXml(svg)
    expect({ name, width: attributes.width, height: attributes.height, role: attributes.role }).toEqual({
      name: 'svg',
      width: '600',
      height: '320',
      role: 'img',
    })
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/)
  },
)
