/** The words that a chart writes by itself; braces are filled in. */
export const englishWords = {
  others: 'Others',
  none: '(none)',
  noData: 'No data',
  total: 'Total',
  goal: 'Goal',
  yes: 'Yes',
  no: 'No',
  count: 'Count',
  size: 'Size',
  step: 'Step',
  share: 'Share',
  fromPrevious: 'Of previous step',
  fromStart: 'Of first step',
  cohort: 'Cohort',
  period: 'Period {number}',
  bin: 'Range',
  from: 'From',
  to: 'To',
  time: 'Time',
  value: 'Value',
  previous: '{name}, before',
  comparedWith: 'compared with {value}',
  weekOf: 'Week of {date}',
  quarter: 'Q{number} {year}',
  unfinished: 'not final yet',
  ofGoal: '{ratio} of {goal}',
  noPlace: 'Not on the map: {count}',
  rowsShown: '{shown} of {count} rows',
  summary: '{title}: {text}',
  highest: 'highest {value} ({label})',
  lowest: 'lowest {value} ({label})',
  points: '{count} points',
  keys: 'Arrow keys go from point to point.',
  keysDrill: 'Arrow keys go from point to point; Enter shows what is behind one.',
} as const

export type ChartWords = { readonly [Name in keyof typeof englishWords]: string }

export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}
