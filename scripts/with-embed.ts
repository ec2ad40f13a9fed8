import { buildEmbedIfChanged } from './embed/build.ts'

// The command line of a checkout, with the files that its pages load brought up to date first.
await buildEmbedIfChanged({ effort: 'fast' })
await import('../src/cli/main.ts')
