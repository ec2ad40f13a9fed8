import { columns, startMemoryServer } from './export-memory-client.ts'

/** How much memory a process needs for a file of a million rows beyond what it has when it is idle. */
const rows = Number(process.argv[2] ?? 1_000_000)
const boundMegabytes = 80
let isWithin = true

for (const format of ['CSV', 'JSON_LINES', 'PARQUET', 'XLSX']) {
  for (const orderBy of [null, [{ by: 'name', order: 'ASC' }]]) {
    const server = await startMemoryServer(rows)
    const { bytes, seconds, idle, peak } = await server.measure({
      format,
      records: { dataset: 'many', columns, orderBy },
    })
    await server.close()
    const more = peak - idle
    if (more > boundMegabytes) isWithin = false
    const order = orderBy === null ? 'the latest first' : 'by a text'
    process.stdout.write(
      `${format}, ${order}: ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s, ${more.toFixed(0)} MB of memory above ${idle.toFixed(0)}\n`,
    )
  }
}
process.exit(isWithin ? 0 : 1)
