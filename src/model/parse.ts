import type { ModelDocument } from './document.ts'
import { plainCopy } from './plain.ts'
import { type Finding, formatPath, type Locate, modelError } from './problem.ts'
import { checkRules } from './rules/rules.ts'
import { shapeOf } from './shape.ts'
import { type Source, sourceOfObject, sourceOfText } from './source.ts'

/** A document that is sound in itself, and where its parts stand in the text that it came from. */
export interface ParsedModel {
  readonly document: ModelDocument
  readonly locate: Locate
}

/**
 * A model document out of YAML or JSON text, or out of an object.
 * @throws BAD_USER_INPUT whose `details.problems` hold everything that is wrong, with its path and, for a text, its
 *   line and column
 */
export function parseModel(input: unknown): ModelDocument {
  return parseWithPlaces(input).document
}

/** The same, for whoever has more to find in the document: the check against the warehouse. */
export function parseWithPlaces(input: unknown): ParsedModel {
  const { value, findings, locate }: Source =
    typeof input === 'string' ? sourceOfText(input) : sourceOfObject(input)
  const plain = plainCopy(value)
  if (plain.findings.length > 0) throw modelError([...findings, ...plain.findings], locate)
  const shaped = shapeOf(plain.value)
  const broken = shaped.document === null ? [] : checkRules(shaped.document, shaped.excused)
  const placed = broken.map((finding) => ({ ...finding, path: shaped.original(finding.path) }))
  const all = [
    ...findings,
    ...shaped.findings,
    ...placed.filter((finding) => !isEcho(finding, shaped.findings)),
  ]
  if (shaped.document === null || all.length > 0) throw modelError(all, locate)
  return { document: shaped.document, locate }
}

/** Whether something seems to be missing only because it is misshapen and was taken out. */
function isEcho({ path }: Finding, misshapen: readonly Finding[]): boolean {
  const around = formatPath(path)
  return misshapen.some(
    (finding) =>
      finding.at !== 'key' && [-1, -2].some((end) => formatPath(finding.path.slice(0, end)) === around),
  )
}
