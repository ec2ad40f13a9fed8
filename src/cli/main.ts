import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { describeFailure } from './failure.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

const url = new Option('--url <url>', 'address of the server')
  .env('TESSERA_URL')
  .default('http://127.0.0.1:4000')
const apiKey = new Option('--api-key <key>', 'API key with the scope model:write').env('TESSERA_API_KEY')

const program = new Command('tessera')
  .description(
    'Embedded analytics with guest tokens. Settings come from the environment: see docs/settings.md.',
  )
  .version(version)
  .showHelpAfterError()

// Each command is imported when it is used, so that --help loads no engine.
program
  .command('serve')
  .description('Serve the API.')
  .action(async () => (await import('./serve.ts')).serve())

program
  .command('demo')
  .description('Load three million flights, apply the example model, and serve.')
  .option('--tenant <airport>', 'airport that the printed guest token is for', 'ATL')
  .option(
    '--site-port <port>',
    'port of the application that embeds dashboards; the one after PORT by default',
    portOf,
  )
  .action(async (options) => (await import('./demo.ts')).demo(options))

program
  .command('load')
  .description(
    'Load a file into the embedded warehouse, to try Tessera on rows of your own: all of it or nothing. Shows the columns first.',
  )
  .argument('<file>', 'path of a CSV with a header, a Parquet file, or JSON lines')
  .requiredOption('--table <name>', 'table that the rows go into')
  .requiredOption('--tenant-column <column>', 'column with the id of the customer whose row it is')
  .option('--database <name>', 'database of the table', 'data')
  .addOption(
    new Option('--format <format>', 'form of the file, where its name does not say it').choices([
      'csv',
      'tsv',
      'parquet',
      'ndjson',
    ]),
  )
  .option('--delimiter <character>', 'what stands between the fields of a CSV', oneCharacter)
  .option(
    '--order-by <columns>',
    'columns that the rows are sorted by, with commas between; by default the tenant column and the first time',
  )
  .option('--replace', 'put the file in the place of a table that is there', false)
  .option('--skip-rows-without-tenant', 'leave out rows whose tenant column is empty', false)
  .option('--yes', 'load without asking', false)
  .addHelpText(
    'after',
    '\nExample:\n  tessera load orders.csv --table orders --tenant-column customer_id\n\nThe embedded warehouse is in DATA_DIR and belongs to one process: stop a server that has it open first.',
  )
  .action(async (file, options) => (await import('./load.ts')).load(file, options))

program
  .command('init')
  .description(
    'Write a first model document of a table, in the embedded warehouse, in CLICKHOUSE_URL or in another data source: dimensions, metrics and a dashboard, guessed, with what to check.',
  )
  .requiredOption('--table <name>', 'table that the model is of')
  .option('--database <name>', 'database of the table; by default data, or default of a ClickHouse server')
  .option(
    '--url-variable <name>',
    'variable with the address of another ClickHouse or of a PostgreSQL, such as POSTGRES_URL; a model names it as well',
  )
  .option('--schema <name>', 'schema of the table in PostgreSQL; by default public')
  .option(
    '--tenant-column <column>',
    'column with the id of the customer whose row it is; without it, you are asked',
  )
  .option('--output <file>', 'where the document goes; by default to standard output')
  .option('--force', 'write over a file that is there', false)
  .addHelpText(
    'after',
    '\nExample:\n  tessera init --table orders --tenant-column customer_id --output model.yaml\n\nThe embedded warehouse is in DATA_DIR and belongs to one process: stop a server that has it open first.',
  )
  .action(async (options) => (await import('./init.ts')).init(options))

program
  .command('apply')
  .description('Put a model document, YAML or JSON, in the place of the model of the API key’s environment.')
  .argument('<file>', 'path of the document, or - for standard input')
  .option('--dry-run', 'show what would change, and change nothing', false)
  .addOption(url)
  .addOption(apiKey)
  .action(async (file, options) => (await import('./apply.ts')).apply(file, options))

program
  .command('export')
  .description('Print the model document as it was applied.')
  .addOption(
    new Option('--format <format>', 'form of the document').choices(['yaml', 'json']).default('yaml'),
  )
  .addOption(url)
  .addOption(apiKey)
  .action(async (options) => (await import('./export.ts')).exportModel(options))

const secret = program
  .command('secret')
  .description(
    'Values that the model names and does not hold: addresses, users and passwords of data sources.',
  )

secret
  .command('set')
  .description(
    'Store a secret, encrypted, in the place of the one of that name. The value is read from standard input.',
  )
  .argument('<name>', 'what the model calls it: { secret: name }')
  .addOption(url)
  .addOption(apiKey)
  .addHelpText('after', '\nExample:\n  tessera secret set lake_password < password.txt')
  .action(async (name, options) => (await import('./secret.ts')).setSecret(name, options))

secret
  .command('list')
  .description('Print the names of the secrets and when they were set, never a value.')
  .addOption(url)
  .addOption(apiKey)
  .action(async (options) => (await import('./secret.ts')).listSecrets(options))

secret
  .command('delete')
  .description('Delete a secret. Data sources that need it can be used no longer.')
  .argument('<name>', 'name of the secret')
  .addOption(url)
  .addOption(apiKey)
  .action(async (name, options) => (await import('./secret.ts')).deleteSecret(name, options))

program
  .command('verify')
  .description(
    'Try to get at another tenant’s rows on a running installation, and report every attempt. Exit status: 0 where nothing crossed, 1 where something did, 2 where it could not run, was not finished or proves nothing.',
  )
  .addOption(url)
  .addOption(
    new Option(
      '--api-key <key>',
      'API key with the scopes tokens:create and model:write, and audit:read without --tenants',
    ).env('TESSERA_API_KEY'),
  )
  .option(
    '--tenants <a,b>',
    'two tenants that have rows, and not the same ones; by default those that the audit events name most often',
  )
  .option('--role <name>', 'role of every token, to reach what only a role is shown')
  .option('--policy <name>', 'policy of every token')
  .option('--attributes <json>', 'attributes of every token, for row rules that need some')
  .option('--max-seconds <n>', 'when to stop, finished or not', '600')
  .option('--concurrency <n>', 'how many things to try at once', '4')
  .option('--every <n>', 'try one thing in so many of each kind: a quick look', '1')
  .option('--json', 'print the report as JSON', false)
  .option('--output <file>', 'write the report as JSON to a file as well')
  // Status 1 is kept for what crossed.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (options) => (await import('./verify.ts')).verify(options))

program
  .command('doctor')
  .description(
    'Look at each data source of the model and at the tables that it reads: whether it answers, what its user may do, how rows are found. What is wrong comes with the statement that mends it. Exit status: 0 without a problem, else 1.',
  )
  .option(
    '--model <file>',
    'a model document to look at in place of the one that is in force; - for standard input',
  )
  .option('--json', 'print the checks as JSON', false)
  .action(async (options) => (await import('./doctor.ts')).doctor(options))

program
  .command('rekey')
  .description(
    'Encrypt the signing keys and the secrets of data sources in the store with TESSERA_ENCRYPTION_KEY, which TESSERA_ENCRYPTION_KEY_PREVIOUS encrypted: all or none. Servers with both may run meanwhile.',
  )
  .action(async () => (await import('./rekey.ts')).rekey())

program
  .command('schema')
  .description('Print the GraphQL schema.')
  .action(async () => (await import('./schema.ts')).printSchema())

try {
  await program.parseAsync()
} catch (error) {
  const { message, exitCode } = describeFailure(error)
  process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}

function oneCharacter(text: string): string {
  const delimiter = text === '\\t' ? '\t' : text
  if (/^[\t\x20-\x7e]$/.test(delimiter) && !/["'\\\w]/.test(delimiter)) return delimiter
  throw new InvalidArgumentError('Expected one character, such as ; or \\t.')
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 0 to 65535, where 0 takes a free one.')
}
