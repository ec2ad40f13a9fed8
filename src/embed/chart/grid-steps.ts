import type { Place, Step } from './mark.ts'

/** Steps over places in rows, of which some are empty: to the next one that is not, in the same direction. */
export function stepOver(
  { rows, columns, has }: { rows: number; columns: number; has: (place: Place) => boolean },
  from: Place | null,
  step: Step,
): Place | null {
  const find = (series: number, index: number, down: number, along: number): Place | null => {
    let place = { series, index }
    while (place.series >= 0 && place.series < rows && place.index >= 0 && place.index < columns) {
      if (has(place)) return place
      place = { series: place.series + down, index: place.index + along }
    }
    return null
  }
  const first = () => firstOf(rows, (series) => find(series, 0, 0, 1))
  if (from === null)
    return step === 'last' ? firstOf(rows, (series) => find(series, columns - 1, 0, -1)) : first()
  const { series, index } = from
  switch (step) {
    case 'next':
      return find(series, index + 1, 0, 1) ?? from
    case 'previous':
      return find(series, index - 1, 0, -1) ?? from
    case 'up':
      return find(series - 1, index, -1, 0) ?? from
    case 'down':
      return find(series + 1, index, 1, 0) ?? from
    case 'first':
      return find(series, 0, 0, 1) ?? first()
    case 'last':
      return find(series, columns - 1, 0, -1) ?? from
  }
}

function firstOf(count: number, find: (series: number) => Place | null): Place | null {
  for (let series = 0; series < count; series++) {
    const found = find(series)
    if (found !== null) return found
  }
  return null
}
