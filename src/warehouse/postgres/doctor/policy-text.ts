/** Types whose equality is that of their texts: not so `citext`, which takes two spellings for one. */
const castTo = /^\((.+)\)::(?:text|character varying|uuid|bigint|integer|smallint)$/
const selected = /^SELECT (.+) AS (?:\w+|"[^"]+")$/
const unlessEmpty = /^NULLIF\((.+), ''::text\)$/
const setting = /^current_setting\('app\.tenant_id'::text(?:, (?:true|false))?\)$/
/** Words and names in quotes, which may hold what has a meaning outside of them. */
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g

/**
 * Whether a policy's expression, as the engine prints it, lets through no row but those whose column is equal to the tenant's
 * setting, whatever else it asks. False where that can't be told from the text.
 */
export function bindsByText(expression: string, tenantColumn: string): boolean {
  return partsOf(unwrapped(expression), ' AND ').some((part) => {
    const sides = partsOf(unwrapped(part), ' = ')
    const [left = '', right = ''] = sides
    if (sides.length !== 2) return false
    return (
      (isColumn(left, tenantColumn) && isSetting(right)) || (isColumn(right, tenantColumn) && isSetting(left))
    )
  })
}

function isColumn(text: string, column: string): boolean {
  const bare = unwrapped(castTo.exec(text)?.[1] ?? text)
  return (
    bare === `"${column.replaceAll('"', '""')}"` || (bare === column && /^[a-z_][a-z0-9_]*$/.test(column))
  )
}

function isSetting(text: string): boolean {
  const whole = unwrapped(text)
  if (setting.test(whole)) return true
  const within = [selected, unlessEmpty, castTo].map((form) => form.exec(whole)?.[1]).find((part) => part)
  return within !== undefined && isSetting(within)
}

/** Without the parentheses around all of it. */
function unwrapped(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith('(') || !trimmed.endsWith(')')) return trimmed
  const inner = trimmed.slice(1, -1)
  return depthsOf(inner).every((depth) => depth >= 0) ? unwrapped(inner) : trimmed
}

/** The parts between a word that stands outside of all parentheses and quotes. */
function partsOf(text: string, word: string): readonly string[] {
  const depths = depthsOf(text)
  const parts: string[] = []
  let start = 0
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (depths[at] !== 0) continue
    parts.push(text.slice(start, at))
    start = at + word.length
  }
  return [...parts, text.slice(start)]
}

/** How many parentheses are open after each letter; within quotes as many as never are. */
function depthsOf(text: string): readonly number[] {
  const masked = text.replace(quoted, (part) => '\0'.repeat(part.length))
  let depth = 0
  return Array.from({ length: masked.length }, (_, index) => {
    const letter = masked.charAt(index)
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    return letter === '\0' ? depth + 1_000 : depth
  })
}
