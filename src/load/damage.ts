/** What is wrong with a file, in words that name it and, where it is known, the row. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem'
}

/**
 * The engine's words about a file that it can't read. They repeat the path of our link, the statement's parts and every
 * field before the bad one; of these, the row and the reason are left.
 * @param headerRows what the engine doesn't count, and whoever opens the file does
 */
export function damageOf(file: string, error: unknown, headerRows: number): unknown {
  if (!isEngineError(error)) return error
  const { message } = error
  const row = /\(at row (\d+)\)/.exec(message)?.[1]
  const column = /\bcolumn: ([^:(]+?):/.exec(message)?.[1]
  const reason =
    /ERROR: ([^\n]+)/.exec(message)?.[1] ??
    message.split(/: \(|: While|: read stage|; ZSTD|\(at row|\n/)[0] ??
    ''
  const place = [
    ...(row === undefined ? [] : [`row ${Number(row) + headerRows}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ]
  return new FileProblem(
    `${[file, ...place].join(', ')}: ${reason.trim().replace(/[:.]*$/, '.')} Nothing was loaded.`,
  )
}

/** By its code of ClickHouse. What the folder or the memory lacks is no damage of a file. */
function isEngineError(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^\d+$/.test(String(error.code)) && !['241', '243'].includes(String(error.code))
}
