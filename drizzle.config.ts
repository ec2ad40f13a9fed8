import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/store/*tables.ts',
  out: './drizzle',
  casing: 'snake_case',
  // The role is made by the first migration, which can tell whether the cluster has it already.
  entities: { roles: false },
})
