import { z } from 'zod'
import { isModelDocument, type ModelDocument, modelSchema } from './document.ts'
import type { Finding, Path } from './problem.ts'
import { remainderOf } from './salvage.ts'
import { expectedName } from './spelling.ts'

export interface Shaped {
  /** The document, or what is left of it without its misshapen parts; null where nothing is. */
  readonly document: ModelDocument | null
  readonly findings: readonly Finding[]
  /** Where a part of the document stood at first. */
  readonly original: (path: Path) => Path
  /** Names that misshapen parts declare, so that whoever refers to them is not told that they don't exist. */
  readonly excused: ReadonlySet<string>
}

type Issue = z.core.$ZodIssue

/** Checks the shape of plain data. What is sound beside a misshapen part is still returned, for the checks after it. */
export function shapeOf(value: unknown): Shaped {
  if (isModelDocument(value)) {
    return { document: value, findings: [], original: (path) => path, excused: new Set() }
  }
  let result = modelSchema.safeParse(value, { error: expectedOf, reportInput: true })
  const findings = result.success ? [] : result.error.issues.flatMap(findingsOf)
  const rest = remainderOf(value)
  const shaped = { findings, original: rest.original, excused: rest.names }
  while (!result.success) {
    const paths = result.error.issues.flatMap(misshapen).map(rest.original)
    if (!paths.map(rest.takeOut).every(Boolean)) return { ...shaped, document: null }
    result = modelSchema.safeParse(rest.value())
  }
  return { ...shaped, document: result.data }
}

function misshapen(issue: Issue): readonly Path[] {
  const path = pathOf(issue)
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
}

/** The text of an issue whose schema brings none of its own. Of unknown keys, the list of the known ones. */
function expectedOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(' ') : ''
    case 'invalid_type':
      return typeTexts[issue.expected] ?? String(issue.expected)
    case 'invalid_value':
      return `one of ${issue.values?.map(String).join(', ')}`
    default:
      return issue.message ?? 'another value'
  }
}

const typeTexts: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
}

function findingsOf(issue: Issue): readonly Finding[] {
  const path = pathOf(issue)
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ')
    return issue.keys.map((key) => ({
      path: [...path, key],
      expected: expectedName('one of the keys that belong here', key, known),
      at: 'key',
    }))
  }
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ path, expected: message, at: 'key' }))
  const missing = issue.input === undefined && path.length > 0
  return [{ path, expected: missing ? `${issue.message}; it is missing` : issue.message }]
}

function pathOf({ path }: Issue): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step))
}
