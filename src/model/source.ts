import { type Document, LineCounter, Parser, parseDocument, type YAMLError } from 'yaml'
import { type Finding, type Locate, modelError, nowhere, type Place } from './problem.ts'
import { findAliasPast, findDeepToken, offsetOf, pathAt } from './yaml-tree.ts'

/** A document as it was handed in: the data, what is already wrong with it, and where each part stands. */
export interface Source {
  readonly value: unknown
  readonly findings: readonly Finding[]
  readonly locate: Locate
}

const maxLength = 1_000_000
const maxNesting = 100
const maxAliases = 100

export function sourceOfObject(value: unknown): Source {
  return { value, findings: [], locate: nowhere }
}

/**
 * YAML 1.2 or JSON.
 * @throws BAD_USER_INPUT with all of its problems, where the text has no one meaning
 */
export function sourceOfText(text: string): Source {
  if (text.length > maxLength) throw refusal(`at most ${maxLength} characters`)
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  // Composing is recursive, and V8 ends the process where it compiles a regular expression at the end of the stack.
  const deep = findDeepToken(new Parser(lines.addNewLine).parse(text), maxNesting)
  if (deep !== null) throw refusal(`at most ${maxNesting} levels`, placeOf(deep))
  const document = parseDocument(text, { stringKeys: true, resolveKnownTags: false, prettyErrors: false })
  const errors = [...document.errors, ...document.warnings]
  if (errors.some(({ code }) => code !== 'DUPLICATE_KEY')) {
    throw modelError(
      errors.map((error) => syntaxFinding(document, error, placeOf)),
      nowhere,
    )
  }
  return {
    value: expand(document, placeOf),
    findings: errors.map((error) => syntaxFinding(document, error, placeOf)),
    locate: (path, at) => placeOf(offsetOf(document, path, at)),
  }
}

function refusal(expected: string, place?: Place) {
  return modelError([{ path: [], expected, ...(place && { place }) }], nowhere)
}

function syntaxFinding(
  document: Document,
  { code, message, pos }: YAMLError,
  placeOf: (offset: number) => Place,
): Finding {
  const path = pathAt(document, pos[0])
  return {
    path,
    expected: syntaxTexts[code] ?? `well-formed YAML or JSON: ${message}`,
    place: placeOf(pos[0]),
  }
}

const syntaxTexts: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'each key once',
  TAB_AS_INDENT: 'spaces and not a tab at the start of a line',
  NON_STRING_KEY: 'a key that is text',
  TAG_RESOLVE_FAILED: 'a value without a tag',
  MULTIPLE_DOCS: 'one document',
}

/** The data, with aliases expanded: a few of them can stand for more data than there is memory. */
function expand(document: Document, placeOf: (offset: number) => Place): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const alias = findAliasPast(document, maxAliases)
    throw refusal(
      `aliases of anchors that were set before, standing for at most ${maxAliases} parts`,
      placeOf(alias),
    )
  }
}
