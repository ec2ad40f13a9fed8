import type { Parameter, ParameterType } from '../statement.ts'
import type { Printing } from './printing.ts'

/** What the types of literals are here. */
const casts: Readonly<Record<ParameterType, string>> = {
  String: 'text',
  Int64: 'bigint',
  UInt64: 'numeric',
  Int256: 'numeric',
  Float64: 'float8',
  Float32: 'float4',
  Bool: 'boolean',
  UUID: 'uuid',
  'Decimal(76, 20)': 'numeric',
  'Array(Int64)': 'bigint[]',
  'Array(Float64)': 'float8[]',
  Date32: 'date',
}

/** Numbers the values of one statement as they are printed; equal ones of one type are one. */
export function createBinding(): {
  readonly bind: Printing['bind']
  readonly parameters: readonly Parameter[]
} {
  const parameters: Parameter[] = []
  const places = new Map<string, string>()
  const bind: Printing['bind'] = (type, value) => {
    const isInstant = type === 'instant'
    const key = JSON.stringify([type, value])
    const known = places.get(key)
    if (known !== undefined) return known
    const name = String(parameters.length + 1)
    parameters.push({
      name,
      type: isInstant ? 'String' : type,
      value: isInstant ? instantText(value) : value,
    })
    const placeholder = `$${name}::${isInstant ? 'timestamptz' : casts[type]}`
    places.set(key, placeholder)
    return placeholder
  }
  return { bind, parameters }
}

/** Microseconds since 1970 as a timestamp in UTC: an interval of so many would be counted in doubles. */
function instantText(microseconds: string): string {
  const whole = BigInt(microseconds)
  const fraction = ((whole % 1_000_000n) + 1_000_000n) % 1_000_000n
  const date = new Date(Number((whole - fraction) / 1_000n)).toISOString()
  return `${date.slice(0, 10)} ${date.slice(11, 19)}.${String(fraction).padStart(6, '0')}+00`
}
