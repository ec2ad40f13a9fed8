import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { type Connection, runOperation } from './client.ts'

const secretSchema = z.object({ name: z.string(), setAt: z.string() })

/** The value comes from standard input, since what stands in a command is seen by others and kept in histories. */
export async function setSecret(name: string, connection: Connection): Promise<void> {
  const value = withoutLineEnd(await text(process.stdin))
  if (value === '') throw new Error('Expected the value of the secret on standard input.')
  const mutation =
    'mutation Set($name: String!, $value: String!) { setDataSourceSecret(name: $name, value: $value) { name setAt } }'
  const answer = await runOperation(connection, mutation, { name, value })
  const secret = secretSchema.parse(answer.setDataSourceSecret)
  process.stdout.write(`${secret.name} is stored.\n`)
}

export async function listSecrets(connection: Connection): Promise<void> {
  const answer = await runOperation(connection, 'query List { dataSourceSecrets { name setAt } }', {})
  for (const { name, setAt } of z.array(secretSchema).parse(answer.dataSourceSecrets)) {
    process.stdout.write(`${setAt}  ${name}\n`)
  }
}

export async function deleteSecret(name: string, connection: Connection): Promise<void> {
  const mutation = 'mutation Delete($name: String!) { deleteDataSourceSecret(name: $name) { name setAt } }'
  const answer = await runOperation(connection, mutation, { name })
  process.stdout.write(`${secretSchema.parse(answer.deleteDataSourceSecret).name} is deleted.\n`)
}

/** `echo` and editors end a value with a line. */
function withoutLineEnd(value: string): string {
  return value.replace(/\r?\n$/, '')
}
