import { stringify } from 'yaml'
import { z } from 'zod'
import { type Connection, runOperation } from './client.ts'

export interface ExportOptions extends Connection {
  readonly format: 'yaml' | 'json'
}

const answerSchema = z.object({ exportModel: z.record(z.string(), z.unknown()) })

export async function exportModel({ format, ...connection }: ExportOptions): Promise<void> {
  const answer = await runOperation(connection, 'query Export { exportModel }', {})
  const { exportModel: document } = answerSchema.parse(answer)
  process.stdout.write(format === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document))
}
