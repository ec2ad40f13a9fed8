import { describe, expect, test } from 'vitest'
import { type ControlsState, untouched } from '../../src/embed/controls/controls-state.ts'
import { createWishes } from '../../src/embed/controls/wishes.ts'

const said: ControlsState = { ...untouched, filters: { region: ['West'] } }
const chosen: ControlsState = {
  ...{ timeRange: { period: 'today' }, compareTo: null, granularity: null },
  filters: { region: ['West'], state: ['CA'] },
}

describe('what is wanted of a dashboard', () => {
  test('is what its host says, until its viewer chooses, and then again', () => {
    const wishes = createWishes(() => said)
    wishes.choose(() => chosen)
    expect([wishes.first('UTC'), wishes.now('UTC')]).toEqual([said, chosen])
    wishes.choose(null)
    expect(wishes.now('UTC')).toEqual(said)
  })

  test('stays what was chosen where the host says something else anew', () => {
    const wishes = createWishes(() => said)
    wishes.choose(() => chosen)
    wishes.change(['compareTo'], () => ({ ...said, compareTo: 'PREVIOUS_YEAR' }))
    expect(wishes.now('UTC')).toEqual({ ...chosen, compareTo: 'PREVIOUS_YEAR' })
    expect(wishes.first('UTC')).toEqual({ ...said, compareTo: 'PREVIOUS_YEAR' })
  })

  test('loses no filter that the host never named to those that it says anew', () => {
    const wishes = createWishes(() => said)
    wishes.choose(() => chosen)
    wishes.change(['filters'], () => ({ ...untouched, filters: { city: ['Reno'] } }))
    expect(wishes.now('UTC').filters).toEqual({ state: ['CA'], city: ['Reno'] })
    wishes.change(['filters'], () => ({ ...untouched, filters: { city: ['Elko'] } }))
    expect(wishes.now('UTC').filters).toEqual({ state: ['CA'], city: ['Elko'] })
    expect(wishes.first('UTC').filters).toEqual({ city: ['Elko'] })
  })
})
