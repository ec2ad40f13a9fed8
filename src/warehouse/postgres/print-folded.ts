import type { Printing } from './printing.ts'
import { quoteString } from './quote.ts'

/**
 * Letters as people type them: full case folding of Unicode, without accents and strokes, the same on every server,
 * whatever its collations know. Text of ASCII, of which most is, is spared all but the first step.
 */
export function printFolded(text: string, { bind }: Pick<Printing, 'bind'>): string {
  const { marks, from, to } = tables()
  const apart = `translate(normalize(${text}, NFD), ${bind('String', from)}, ${bind('String', to)})`
  const bare = `regexp_replace(${apart}, ${bind('String', marks)}, '', 'g')`
  const folded = ligatures.reduce(
    (inner, [letter, letters]) => `replace(${inner}, ${quoteString(letter)}, ${quoteString(letters)})`,
    bare,
  )
  return `CASE WHEN octet_length(${text}) = length(${text}) THEN lower(${text} COLLATE "C") ELSE normalize(${folded}, NFC) END`
}

/** Letters that are folded to more than one. */
const ligatures = [
  ['ß', 'ss'],
  ['ẞ', 'ss'],
  ['ŉ', 'ʼn'],
  ['ẚ', 'aʾ'],
  ['և', 'եւ'],
  ['ﬀ', 'ff'],
  ['ﬁ', 'fi'],
  ['ﬂ', 'fl'],
  ['ﬃ', 'ffi'],
  ['ﬄ', 'ffl'],
  ['ﬅ', 'st'],
  ['ﬆ', 'st'],
  ['ﬓ', 'մն'],
  ['ﬔ', 'մե'],
  ['ﬕ', 'մի'],
  ['ﬖ', 'վն'],
  ['ﬗ', 'մխ'],
] as const

const strokes: ReadonlyMap<string, string> = new Map([
  ['ł', 'l'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ı', 'i'],
])

interface Tables {
  /** A class of all marks that stand with the letter before them. */
  readonly marks: string
  /** Letters without marks, and in the same order what each is folded to. */
  readonly from: string
  readonly to: string
}

let known: Tables | null = null

/** Of what this process knows of Unicode, once: some 10 ms. */
function tables(): Tables {
  known ??= makeTables()
  return known
}

const isMark = /^\p{Mn}$/u
const isCased = /^\p{Changes_When_Casefolded}$/u
/** Of the planes with letters. */
const letterMax = 0x1ffff
/** Marks that choose a variant are the last. */
const markMax = 0xe01ef
const iota = '\u0345'

function makeTables(): Tables {
  const from: string[] = [iota, ...strokes.keys()]
  const to: string[] = ['ι', ...strokes.values()]
  const ranges: [number, number][] = []
  for (let code = 1; code <= markMax; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const letter = String.fromCodePoint(code)
    if (isMark.test(letter)) extend(ranges, code)
    if (code > letterMax || letter === iota || !isCased.test(letter) || letter.normalize('NFD') !== letter)
      continue
    const folded = letter.toUpperCase().toLowerCase()
    if ([...folded].length !== 1) continue
    from.push(letter)
    to.push(strokes.get(folded) ?? folded)
  }
  const classes = ranges.map(
    ([first, last]) => `${String.fromCodePoint(first)}-${String.fromCodePoint(last)}`,
  )
  return { marks: `[${classes.join('')}]`, from: from.join(''), to: to.join('') }
}

function extend(ranges: [number, number][], code: number): void {
  const last = ranges.at(-1)
  if (last !== undefined && last[1] === code - 1) last[1] = code
  else ranges.push([code, code])
}
