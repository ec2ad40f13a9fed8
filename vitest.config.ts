import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Node loads graphql as CommonJS for everybody; Vite would load it a second time, as a module.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // chDB binds one data folder to one process, so every file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
})
