/** Makes the typed documents from schema.graphql; with --check says whether they are what it would make. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import { parse } from 'graphql'
import * as texts from './document-texts.ts'

const schema = parse(readFileSync('schema.graphql', 'utf8'))

const configOf = (client: string) => ({
  immutableTypes: true,
  useTypeImports: true,
  disableDescriptions: true,
  arrayInputCoercion: false,
  defaultScalarType: 'never',
  scalars: {
    DateTime: 'string',
    ID: 'string',
    JSONObject: 'Readonly<Record<string, unknown>>',
    Period: 'string',
    TimeZone: 'string',
    Value: `${client}/scalars.ts#Value`,
  },
})

async function printed(folder: string, client: string): Promise<string> {
  const documents = readdirSync(`${folder}/documents`)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => {
      const location = `${folder}/documents/${name}`
      return { location, document: parse(readFileSync(location, 'utf8')) }
    })
  const code = await codegen({
    filename: `${folder}/documents.generated.ts`,
    schema,
    documents,
    config: configOf(client),
    plugins: [{ texts: { typedDocument: `${client}/typed-document.ts` } }, { operations: {} }],
    pluginMap: { texts, operations },
  })
  const origin = '// Made by `npm run documents` from schema.graphql and the .graphql files beside it.'
  return formatted(`${origin}\n${code.replace(unused, '')}`)
}

/** A type that nothing here refers to. */
const unused = /^[^\n]*\nexport type Incremental<T>.*\n/m

function formatted(code: string): string {
  const options = ['check', '--write', '--stdin-file-path=documents.ts']
  return execFileSync('node_modules/.bin/biome', options, { input: code, encoding: 'utf8' })
}

let isStale = false
for (const [folder, client] of [
  ['src/client', '.'],
  ['src/host', '../client'],
] as const) {
  const path = `${folder}/documents.generated.ts`
  const code = await printed(folder, client)
  if (!process.argv.includes('--check')) {
    writeFileSync(path, code)
  } else if (readFileSync(path, 'utf8') !== code) {
    isStale = true
    process.stderr.write(`${path} is not what its documents and schema.graphql make: npm run documents\n`)
  }
}
if (isStale) process.exitCode = 1
