import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
let copy: string

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'tessera-migrations-'))
  for (const path of ['drizzle', 'package.json', 'src/store', 'test/support/migrations-match.sh']) {
    await cp(join(root, path), join(copy, path), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => rm(copy, { recursive: true, force: true }))

interface Outcome {
  readonly code: unknown
  readonly complaint: string | undefined
  readonly files: readonly string[]
}

/** What the check says of a copy of the project in which a part of tables.ts is another. */
async function checkWith(part: string, other: string): Promise<Outcome> {
  const tables = join(copy, 'src/store/tables.ts')
  const text = await readFile(tables, 'utf8')
  expect(text).toContain(part)
  await writeFile(tables, text.replace(part, other))
  const outcome = await new Promise<Omit<Outcome, 'files'>>((resolve) => {
    execFile('sh', [join(copy, 'test/support/migrations-match.sh')], (error, _stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, complaint: stderr.trim().split('\n').at(-1) }),
    )
  })
  await writeFile(tables, text)
  return { ...outcome, files: (await readdir(copy)).sort() }
}

const files = ['drizzle', 'node_modules', 'package.json', 'src', 'test']
const complaint = 'The migrations lag behind src/store/tables.ts: npm run migrations.'

describe('the check of the migrations', () => {
  test('is content with what is here, and leaves nothing behind', async () => {
    const { code, files: left } = await checkWith('lastUsedAt', 'lastUsedAt')
    expect([code, left]).toEqual([0, files])
  })

  test.each([
    ['a new column', 'name: text().notNull(),', 'name: text().notNull(),\n  note: text(),'],
    ['a column that lost its default', 'notNull().default(0)', 'notNull()'],
    // The generator asks what is meant, and where nobody can answer it ends with 0 and no migration.
    ['a column of another name', "revokedAt: instant('revoked_at')", "endedAt: instant('ended_at')"],
    ['a file that does not load', 'export const organizations', 'export const = organizations'],
  ])('fails for %s', async (_name, part, other) => {
    expect(await checkWith(part, other)).toEqual({ code: 1, complaint, files })
  })
})
