import { type ChartContext, chartContext } from '../../charts/context.ts'
import { pageMedia } from './page-media.ts'
import { readTheme } from './read-theme.ts'

/** What is known where a chart stands: of its page, of the viewer's wishes, and the colors that its style sheets say. */
export function drawingContext(
  element: HTMLElement,
  root: unknown,
  given: Partial<ChartContext>,
  hidden: ReadonlySet<string>,
): ChartContext {
  const { reducedMotion, patterns, isDark } = pageMedia()
  const scheme = given.theme?.scheme ?? (isDark ? 'dark' : 'light')
  const theme = root instanceof ShadowRoot ? readTheme(element, root, scheme) : undefined
  return chartContext({
    ...given,
    reducedMotion,
    patterns: given.patterns === true || patterns,
    hidden,
    ...(theme === undefined ? {} : { theme }),
  })
}
