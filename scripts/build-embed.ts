import { buildEmbed } from './embed/build.ts'
import { buildSite } from './embed/build-site.ts'

const { build, files } = await buildEmbed()
const names = Object.keys(files).filter((name) => name.endsWith('.js'))
const bytes = names.reduce((sum, name) => sum + (files[name]?.brotliBytes ?? 0), 0)
process.stdout.write(`dist/embed: ${build}, ${names.length} scripts, ${bytes} bytes compressed\n`)
await buildSite()
