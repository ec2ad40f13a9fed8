import { isTooFine } from '../model/column-uses.ts'
import { wordsOf } from './names.ts'
import { type ColumnProfile, isNumber, isTime, type TableProfile } from './profile.ts'

/**
 * What a column seems to be for. `category`: to group and filter by. `measure`: to add up. `number`: a number that is not
 * added up, such as a year. `id`: to count. `text`: too many values to group by. `unusable`: of a type that no model can use.
 */
export type Role = 'time' | 'category' | 'flag' | 'measure' | 'number' | 'id' | 'text' | 'unusable'

export interface RoledColumn extends ColumnProfile {
  readonly role: Role
}

const idWords: ReadonlySet<string> = new Set([
  'id',
  'uuid',
  'guid',
  'key',
  'hash',
  'token',
  'email',
  'phone',
  'url',
  'ip',
])
const unsummedWords: ReadonlySet<string> = new Set([
  ...[
    'year',
    'month',
    'week',
    'weekday',
    'day',
    'hour',
    'minute',
    'zip',
    'postcode',
    'postal',
    'code',
    'number',
    'no',
  ],
  ...[
    'lat',
    'lon',
    'lng',
    'latitude',
    'longitude',
    'phone',
    'index',
    'position',
    'version',
    'status',
    'level',
  ],
])

/** A viewer chooses among so many, and a chart's legend has fewer. */
const categoriesMax = 1_000
const fewValues = 50

export function roleOf(column: ColumnProfile, { rowsSeen }: TableProfile): Role {
  const { name, type, distinct } = column
  if (type === null || isTooFine(type)) return 'unusable'
  const words = wordsOf(name)
  const [last = ''] = words.slice(-1)
  const isId = idWords.has(last) && distinct > fewValues
  if (isTime(type)) return 'time'
  if (type.kind === 'boolean') return 'flag'
  if (type.kind === 'uuid' || isId) return 'id'
  if (!isNumber(type)) return distinct <= Math.max(categoriesMax, rowsSeen / 100) ? 'category' : 'text'
  return idWords.has(last) || words.some((word) => unsummedWords.has(word)) ? 'number' : 'measure'
}

const tenantWords: ReadonlySet<string> = new Set([
  ...[
    'tenant',
    'customer',
    'account',
    'organization',
    'organisation',
    'org',
    'company',
    'client',
    'workspace',
  ],
  ...[
    'merchant',
    'shop',
    'store',
    'team',
    'site',
    'seller',
    'vendor',
    'partner',
    'school',
    'hotel',
    'airport',
  ],
])

/** Columns that could hold the tenant's id, the likeliest first. */
export function tenantCandidates({ columns, rowsSeen }: TableProfile): readonly ColumnProfile[] {
  const possible = columns.filter((column) => holdsTenants(column) && column.distinct < Math.max(2, rowsSeen))
  const likeliness = ({ name }: ColumnProfile) => {
    const words = wordsOf(name)
    const named = words.findIndex((word) => tenantWords.has(word))
    return named < 0 ? 100 : named + words.length
  }
  return possible
    .map((column) => ({ column, order: likeliness(column) }))
    .sort((left, right) => left.order - right.order)
    .map(({ column }) => column)
}

export function holdsTenants({ type }: ColumnProfile): boolean {
  return type?.kind === 'string' || type?.kind === 'integer' || type?.kind === 'uuid'
}

const timeWords = ['created', 'ordered', 'occurred', 'event', 'timestamp', 'time', 'date', 'day', 'at']
const lateWords: ReadonlySet<string> = new Set([
  'updated',
  'modified',
  'deleted',
  'birth',
  'birthday',
  'due',
  'expires',
  'valid',
  'until',
  'end',
  'ended',
])

/** The time that rows are counted by: one that every row has, by its name, and then the first. */
export function timeOf(columns: readonly RoledColumn[]): RoledColumn | undefined {
  const weight = ({ name, empty }: RoledColumn) => {
    const words = wordsOf(name)
    const place = timeWords.findIndex((word) => words.includes(word))
    return (
      (empty > 0 ? 100 : 0) + (words.some((word) => lateWords.has(word)) ? 50 : 0) + (place < 0 ? 20 : place)
    )
  }
  return columns
    .filter(({ role, most }) => role === 'time' && most !== null)
    .map((column) => ({ column, weight: weight(column) }))
    .sort((left, right) => left.weight - right.weight)[0]?.column
}

/** Categories, those that make the best bars first: some values, not many. */
export function categoriesOf(columns: readonly RoledColumn[], rowsSeen: number): readonly RoledColumn[] {
  const weight = ({ distinct, empty }: RoledColumn) => {
    const many = distinct < 2 ? 9 : distinct === 2 ? 2 : distinct <= 12 ? 0 : distinct <= fewValues ? 1 : 3
    return many + (empty > rowsSeen / 2 ? 5 : 0)
  }
  return columns
    .filter(({ role, distinct }) => role === 'category' && distinct >= 2)
    .map((column) => ({ column, weight: weight(column) }))
    .sort((left, right) => left.weight - right.weight)
    .map(({ column }) => column)
}
