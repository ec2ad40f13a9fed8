import { directionOf } from '../charts/direction.ts'
import type { RenderWish } from '../charts/render-svg.ts'
import { badInput } from '../errors.ts'
import type { SvgOptionsInput } from '../graphql/export-request.ts'

export const svgDefaults = { width: 800, height: 450, theme: 'LIGHT', title: true } as const

/** Of a side, in CSS pixels. */
export const svgSide = { min: 100, max: 4_000 } as const

const defaultLocale = 'en-US'

/** What a picture is to be like, everything said. */
export interface SvgWish extends Required<RenderWish> {
  readonly theme: 'light' | 'dark'
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
}

/** @throws BAD_USER_INPUT */
export function svgWish(options: SvgOptionsInput | null | undefined): SvgWish {
  const { width, height, theme, locale, direction, title } = options ?? {}
  const known = locale == null ? defaultLocale : knownLocale(locale)
  return {
    width: sideOf('width', width ?? svgDefaults.width),
    height: sideOf('height', height ?? svgDefaults.height),
    hasTitle: title ?? svgDefaults.title,
    theme: (theme ?? svgDefaults.theme) === 'DARK' ? 'dark' : 'light',
    locale: known,
    direction: direction == null ? directionOf(known) : direction === 'RTL' ? 'rtl' : 'ltr',
  }
}

function sideOf(name: 'width' | 'height', length: number): number {
  const { min, max } = svgSide
  if (length >= min && length <= max) return length
  throw badInput(`input.svg.${name}`, `a whole number from ${min} to ${max}`)
}

const localeLengthMax = 100

/** One that is not known would read as that of the machine. */
function knownLocale(locale: string): string {
  try {
    const [known] = locale.length > localeLengthMax ? [] : Intl.NumberFormat.supportedLocalesOf(locale)
    if (known !== undefined) return known
  } catch {
    // It is no language tag.
  }
  throw badInput('input.svg.locale', 'a BCP 47 tag of a language that is known, such as de-CH')
}
