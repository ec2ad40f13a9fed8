export const weekdays = ['monday', 'sunday'] as const

export const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const

/** How an environment counts its weeks and years, wherever its figures are cut by them. */
export interface Customs {
  readonly weekStart: (typeof weekdays)[number]
  /** The month that years start in; quarters are counted from there. */
  readonly fiscalYearStart: (typeof months)[number]
}

export const defaultCustoms: Customs = Object.freeze({ weekStart: 'monday', fiscalYearStart: 'january' })
