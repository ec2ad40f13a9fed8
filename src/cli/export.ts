import { z } from 'zod'
import { formatModel } from '../model/export.ts'
import { parseModel } from '../model/parse.ts'
import { type Connection, runOperation } from './client.ts'

export interface ExportOptions extends Connection {
  readonly format: 'yaml' | 'json'
}

const answerSchema = z.object({ exportModel: z.record(z.string(), z.unknown()) })

export async function exportModel({ format, ...connection }: ExportOptions): Promise<void> {
  const answer = await runOperation(connection, 'query Export { exportModel }', {})
  const { exportModel: document } = answerSchema.parse(answer)
  if (Object.keys(document).length === 0) throw new Error('No model was applied to this environment yet.')
  const text =
    format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : formatModel(parseModel(document))
  process.stdout.write(text)
}
