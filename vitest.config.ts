import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Node loads graphql as CommonJS for everybody; Vite would load it a second time, as a module.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // What the package exports is built from here; the examples are tried without a build.
      { find: /^tessera\/(client|host)$/, replacement: `${import.meta.dirname}/src/$1/entry.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // chDB binds one data folder to one process, so every file gets a process of its own.
    pool: 'forks',
    // Many files wait for clocks, kills and browsers: a third keeps two cores at work.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    env: { UV_THREADPOOL_SIZE: '32' },
  },
})
