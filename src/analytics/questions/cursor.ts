import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { FilterValue } from '../../access/grants.ts'
import { badInput } from '../../errors.ts'

/**
 * Where a page ended: the values of its last row, and how many rows with exactly these values were already
 * delivered. It says nothing about permissions; whatever stands in it becomes typed parameters inside the view.
 */
export interface Cursor {
  readonly values: readonly FilterValue[]
  readonly delivered: number
}

const shape = z.tuple([
  z.string(),
  z.int().min(1).max(1_000_000_000),
  z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).max(50),
])

export function writeCursor(question: string, { values, delivered }: Cursor): string {
  return Buffer.from(JSON.stringify([digestOf(question), delivered, values])).toString('base64url')
}

/** @throws BAD_USER_INPUT where it is not a cursor of this question */
export function readCursor(text: string, question: string, valueCount: number): Cursor {
  const parsed = text.length > 200_000 ? null : shape.safeParse(parseJson(text))
  if (parsed?.success && parsed.data[0] === digestOf(question) && parsed.data[2].length === valueCount) {
    return { delivered: parsed.data[1], values: parsed.data[2] }
  }
  throw badInput('after', 'a cursor that this very question answered with')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

function digestOf(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 11)
}
