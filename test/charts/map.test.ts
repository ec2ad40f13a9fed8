import { expect, test } from 'vitest'
import { chartOption } from '../../src/charts/draw.ts'
import { placesIn } from '../../src/charts/map/atlas.ts'
import { loadAtlas } from '../../src/charts/map/load.ts'
import { byState, widget } from '../support/chart-answers.ts'

async function shapesOf(regions: 'us-states' | 'world', names: readonly unknown[]) {
  const rows = names.map((value, index) => ({
    ...byState.rows[0],
    keys: [{ dimension: 'place', value }],
    value: index,
    share: null,
    comparisonValue: null,
    isOthers: false,
  }))
  const chart = chartOption(widget('MAP', { regions }), { ...byState, rows })
  if (chart.view !== 'map') throw new Error(chart.view)
  const { shapes, missing } = placesIn(chart, await loadAtlas(regions))
  return {
    named: Object.fromEntries(
      shapes.flatMap(({ shape, place }) => (place === null ? [] : [[place.name, shape.name]])),
    ),
    missing,
  }
}

test('a state is named by its name, its letters or its number', async () => {
  expect(await shapesOf('us-states', ['California', 'TX', '36', 'new jersey', 1, 'Ontario', null])).toEqual({
    named: {
      1: 'Alabama',
      36: 'New York',
      California: 'California',
      TX: 'Texas',
      'new jersey': 'New Jersey',
    },
    missing: 2,
  })
})

test('a country is named by its name, its letters or its number', async () => {
  expect(await shapesOf('world', ['Germany', 'FR', 'usa', '076', 4, "Cote d'Ivoire", 'Atlantis'])).toEqual({
    named: {
      4: 'Afghanistan',
      '076': 'Brazil',
      "Cote d'Ivoire": "Côte d'Ivoire",
      FR: 'France',
      Germany: 'Germany',
      usa: 'United States of America',
    },
    missing: 1,
  })
})

test('two figures that name one state leave it empty, and both are counted beside the map', async () => {
  expect(await shapesOf('us-states', ['California', 'CA', 'TX'])).toEqual({
    named: { TX: 'Texas' },
    missing: 2,
  })
})

test('what is no place has no part in the shades of a map', () => {
  const [row] = byState.rows
  if (row === undefined) throw new Error('There is no row.')
  const of = (value: string | null, figure: number, isOthers = false) => ({
    ...row,
    keys: isOthers ? [] : [{ dimension: 'place', value }],
    value: figure,
    isOthers,
  })
  const rows = [of('CA', 10), of('TX', 20), of(null, 40_000), of('', 1_000_000, true)]
  const drawn = (some: typeof rows) => chartOption(widget('MAP'), { ...byState, rows: some })
  const [all, placed] = [drawn(rows), drawn(rows.slice(0, 2))]
  if (all.view !== 'map' || placed.view !== 'map') throw new Error('It is no map.')
  expect(all.scale).toEqual(placed.scale)
  expect(all.places.slice(0, 2)).toEqual(placed.places)
})

test('the sheets hold all states and the countries of the world, and no shape without a path', async () => {
  const [states, world] = await Promise.all([loadAtlas('us-states'), loadAtlas('world')])
  expect([states.shapes.length, world.shapes.length]).toEqual([51, 176])
  const paths = [...states.shapes, ...world.shapes].map(({ path }) => path)
  expect(paths.filter((path) => !/^(M\d+ -?\d+l[-\d ]+z)+$/.test(path))).toEqual([])
})
