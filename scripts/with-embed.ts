import { buildEmbedIfChanged } from './embed/build.ts'
import { buildSite } from './embed/build-site.ts'

// The command line of a checkout, with the files that its pages load brought up to date first.
await Promise.all([buildEmbedIfChanged({ effort: 'fast' }), buildSite()])
await import('../src/cli/main.ts')
