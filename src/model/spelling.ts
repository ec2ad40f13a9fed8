import { distance } from 'fastest-levenshtein'
import { nearest } from '../nearest.ts'

/** What would have been right in place of an unknown name: `the name of a metric; did you mean departures?` */
export function expectedName(what: string, name: string, known: Iterable<string>): string {
  const candidates = nearest(name, known)
  const [best] = candidates
  if (best === undefined) return `${what}; there is none yet`
  if (distance(name.slice(0, 100), best) <= Math.max(2, name.length / 3))
    return `${what}; did you mean ${best}?`
  return `${what}, such as ${candidates.join(', ')}`
}
