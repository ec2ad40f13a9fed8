import { distance } from 'fastest-levenshtein'

/** Up to five of the names, the most similar first: what a misspelt one may have meant. */
export function nearest(name: string, names: Iterable<string>): readonly string[] {
  // A longer name is wrong anyway, and the distance takes time by the product of both lengths.
  const start = name.slice(0, 100)
  return [...names]
    .map((candidate) => ({ candidate, away: distance(start, candidate) }))
    .sort((one, other) => one.away - other.away || (one.candidate < other.candidate ? -1 : 1))
    .slice(0, 5)
    .map(({ candidate }) => candidate)
}
