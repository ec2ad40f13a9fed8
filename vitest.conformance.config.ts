import { defineConfig } from 'vitest/config'
import ordinary from './vitest.config.ts'

/** The suite of dialects, on the engine of a module that TESSERA_DIALECT names. */
export default defineConfig({
  ...ordinary,
  test: { ...ordinary.test, include: ['test/conformance/own.ts'] },
})
