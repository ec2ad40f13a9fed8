import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { type Problem, TesseraError } from '../errors.ts'
import { parseWithPlaces } from '../model/parse.ts'
import type { Locate } from '../model/problem.ts'
import { sourceOfText } from '../model/source.ts'
import { type Connection, runOperation, ServerRefused } from './client.ts'
import { parseProblemPath } from './problem-path.ts'

export interface ApplyOptions extends Connection {
  readonly dryRun: boolean
}

const mutation = `mutation Apply($document: JSONObject!, $dryRun: Boolean!) {
  applyModel(document: $document, dryRun: $dryRun) { version dryRun changes { action kind name } }
}`

const changeSchema = z.object({
  applyModel: z.object({
    version: z.number(),
    changes: z.array(z.object({ action: z.string(), kind: z.string(), name: z.string() })),
  }),
})

/**
 * Checks the document here, where its lines are known, and then has the server check it against the warehouse and
 * apply it.
 * @throws TesseraError BAD_USER_INPUT with all problems, and their lines and columns
 */
export async function apply(file: string, { dryRun, ...connection }: ApplyOptions): Promise<void> {
  const document = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  const { locate } = parseWithPlaces(document)
  const variables = { document: sourceOfText(document).value, dryRun }
  const answer = await runOperation(connection, mutation, variables).catch((error: unknown) => {
    throw error instanceof ServerRefused ? placed(error, locate) : error
  })
  const { changes, version } = changeSchema.parse(answer).applyModel
  for (const { action, kind, name } of changes) {
    process.stdout.write(`${action.toLowerCase().padEnd(8)}${kind} ${name}\n`)
  }
  const counted = changes.length === 0 ? 'Nothing changes.' : `${changes.length} changes.`
  process.stdout.write(`${counted} ${dryRun ? 'This was a dry run.' : `Version ${version} is in force.`}\n`)
}

/** The server knows no lines; it names paths. */
function placed(refused: ServerRefused, locate: Locate): unknown {
  if (refused.problems.length === 0) return refused
  const problems = refused.problems.map(
    ({ path, message }): Problem => ({ path, message, ...locate(parseProblemPath(path), 'value') }),
  )
  return new TesseraError('BAD_USER_INPUT', { problems })
}
