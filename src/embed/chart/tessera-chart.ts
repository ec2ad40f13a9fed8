import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { DrawnWidget, WidgetAnswer } from '../../charts/answers.ts'
import type { Chart } from '../../charts/chart.ts'
import { type ChartContext, chartContext } from '../../charts/context.ts'
import { chartOption } from '../../charts/draw.ts'
import { englishWords } from '../../charts/words.ts'
import { TesseraError } from '../../client/tessera-error.ts'
import { fileOf } from '../file-of.ts'
import { chartStyles } from './chart-styles.ts'
import { legendView } from './legend-view.ts'
import type { Marked, Scene, Step } from './mark.ts'
import { onMediaChange, pageMedia } from './page-media.ts'
import type { PlotScene } from './plot-scene.ts'
import { readTheme } from './read-theme.ts'
import { marksView, sentenceOf, tipView } from './tip-view.ts'
import { whenIdle, whenNear } from './when-near.ts'

/**
 * The picture of a widget whose figures are not plain HTML: a plot, fields or a map. Drawn once it comes near to what is
 * seen, in idle moments. Tells with `chart-point` which figure was chosen, as a point of `Widget.drillDown(at:)`, and
 * with `chart-failed` where a file of it could not be loaded or it cannot be drawn.
 */
export class TesseraChart extends LitElement {
  static override readonly properties = {
    widget: { attribute: false },
    answer: { attribute: false },
    context: { attribute: false },
    canDrill: { attribute: false },
    chart: { state: true },
    marked: { state: true },
    isByKey: { state: true },
    hiddenKeys: { state: true },
  }

  static override readonly styles = chartStyles

  declare widget: DrawnWidget
  declare answer: WidgetAnswer
  /** What the page knows; size, motion, patterns and the theme's colors are the element's own. */
  declare context: Partial<ChartContext>
  declare canDrill: boolean
  declare chart: Chart | null
  declare marked: Marked | null
  declare isByKey: boolean
  declare hiddenKeys: ReadonlySet<string>

  #isNear = false
  #scene: Scene | null = null
  #plot: PlotScene | null = null
  #round = 0
  #size = { width: 0, height: 0 }
  #stops: (() => void)[] = []
  #stopIdle: (() => void) | null = null
  readonly #resizes = new ResizeObserver(() => this.#measure())

  constructor() {
    super()
    this.context = {}
    this.canDrill = false
    this.chart = null
    this.marked = null
    this.isByKey = false
    this.hiddenKeys = new Set()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#stops = [
      whenNear(this, () => {
        this.#isNear = true
        this.#later()
      }),
      onMediaChange(() => this.#later()),
    ]
    this.#resizes.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.#stops) stop()
    this.#stopIdle?.()
    this.#resizes.disconnect()
    this.#round += 1
    this.#clear()
    this.#isNear = false
    this.chart = null
    this.marked = null
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('widget') && changed.get('widget') !== undefined) this.hiddenKeys = new Set()
  }

  protected override updated(changed: PropertyValues<this>): void {
    const isNew = (['widget', 'answer', 'context', 'hiddenKeys'] as const).some((name) => changed.has(name))
    if (isNew) this.#later()
    if (changed.has('chart')) {
      const plot = this.#box('.plot')
      if (plot !== null) this.#resizes.observe(plot)
    }
    this.#placeTip()
  }

  protected override render(): TemplateResult {
    const { chart, marked } = this
    const legend = legendOf(chart)
    return html`<div class="chart" part="chart" data-legend=${legend?.place ?? 'none'}>
        <div
          class="plot"
          part="plot"
          role="img"
          tabindex="0"
          aria-label=${chart?.summary ?? this.widget?.title ?? ''}
          aria-describedby="keys"
          ?data-drill=${this.canDrill && marked?.meant?.at != null}
          @pointermove=${this.#point}
          @pointerleave=${this.#leave}
          @click=${this.#choose}
          @keydown=${this.#press}
          @blur=${this.#leave}
        >
          <div class="canvas"></div>
          ${marksView(marked, this.isByKey)}
          <div class="tip" part="tooltip" ?hidden=${marked === null}>${marked === null ? nothing : tipView(marked)}</div>
        </div>
        ${legend === null ? nothing : legendView(legend, this.#toggle)}
      </div>
      <p id="keys" class="visually-hidden">${(this.context.words ?? englishWords)[this.canDrill ? 'keysDrill' : 'keys']}</p>
      <p class="visually-hidden" aria-live="polite">${this.isByKey && marked !== null ? sentenceOf(marked) : ''}</p>`
  }

  /** As a file of its own, with the title and the ground; of any kind. */
  async toSvg(): Promise<string> {
    return (await this.#file()).svg
  }

  async toPng(scale = 2): Promise<Blob> {
    const [{ pngOf }, { svg, size }] = await Promise.all([
      fileOf(import('./export-picture.ts')),
      this.#file(),
    ])
    return pngOf(svg, size, scale)
  }

  async #file() {
    const { svgOf } = await fileOf(import('./export-picture.ts'))
    return svgOf(this.widget, this.answer, this.#whole(), this.getBoundingClientRect())
  }

  #whole(): ChartContext {
    const { reducedMotion, patterns, isDark } = pageMedia()
    const scheme = this.context.theme?.scheme ?? (isDark ? 'dark' : 'light')
    const theme = this.renderRoot instanceof ShadowRoot ? readTheme(this, this.renderRoot, scheme) : undefined
    return chartContext({
      ...this.context,
      reducedMotion,
      patterns: this.context.patterns === true || patterns,
      hidden: this.hiddenKeys,
      ...(theme === undefined ? {} : { theme }),
    })
  }

  #later(): void {
    if (!this.#isNear || !this.isConnected) return
    this.#stopIdle?.()
    this.#stopIdle = whenIdle(() => {
      this.#draw().catch((error: unknown) => {
        if (!(error instanceof TesseraError)) reportError(error)
        this.dispatchEvent(new CustomEvent('chart-failed', { detail: error }))
      })
    })
  }

  /** Twice where it is new: what the legend takes is only known once it stands. */
  async #draw(): Promise<void> {
    if (!this.isConnected || this.answer == null || this.widget == null) return
    this.#round += 1
    const round = this.#round
    const context = this.#whole()
    const outer = this.getBoundingClientRect()
    const first = chartOption(this.widget, this.answer, { ...context, size: outer })
    this.chart = first
    await this.updateComplete
    const box = this.#box('.canvas')
    if (round !== this.#round || box === null) return
    const { width, height } = box.getBoundingClientRect()
    if (width < 8 || height < 8) return
    this.#size = { width, height }
    const legendPlace = legendOf(first)?.place ?? null
    const chart = chartOption(this.widget, this.answer, { ...context, size: this.#size, legendPlace })
    this.chart = chart
    await this.#show(chart, box, context, round)
    if (round === this.#round) this.marked = null
  }

  async #show(chart: Chart, box: HTMLElement, context: ChartContext, round: number): Promise<void> {
    switch (chart.view) {
      case 'plot': {
        const { plotScene } = await fileOf(import('./plot-scene.ts'))
        if (round !== this.#round) return
        if (this.#plot === null) {
          this.#clear()
          const plot = await plotScene(box, chart, this.#size)
          if (round !== this.#round) return plot.dispose()
          this.#plot = plot
          this.#scene = plot
        } else {
          this.#plot.resize(this.#size)
          await this.#plot.draw(chart)
        }
        return
      }
      case 'matrix':
      case 'ring':
      case 'map': {
        const { shapeScene } = await fileOf(import('./shape-scene.ts'))
        if (round !== this.#round) return
        this.#clear()
        const { theme, direction } = context
        const scene = await shapeScene(box, chart, { size: this.#size, theme, direction })
        if (round === this.#round) this.#scene = scene
        return
      }
      default:
        this.#clear()
    }
  }

  #clear(): void {
    this.#scene?.dispose()
    this.#scene = null
    this.#plot = null
  }

  #measure(): void {
    const box = this.#box('.canvas')
    if (box === null || this.chart === null) return
    const { width, height } = box.getBoundingClientRect()
    if (Math.abs(width - this.#size.width) >= 1 || Math.abs(height - this.#size.height) >= 1) this.#later()
  }

  #box(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector)
  }

  readonly #toggle = (key: string): void => {
    const hidden = new Set(this.hiddenKeys)
    if (!hidden.delete(key)) hidden.add(key)
    this.hiddenKeys = hidden
  }

  readonly #point = (event: PointerEvent): void => {
    const box = this.#box('.canvas')?.getBoundingClientRect()
    if (box === undefined) return
    this.isByKey = false
    this.marked = this.#scene?.at(event.clientX - box.x, event.clientY - box.y) ?? null
  }

  readonly #leave = (): void => {
    this.marked = null
    this.isByKey = false
  }

  readonly #choose = (event: MouseEvent): void => {
    const box = this.#box('.canvas')?.getBoundingClientRect()
    if (box === undefined) return
    const marked = this.#scene?.at(event.clientX - box.x, event.clientY - box.y) ?? null
    this.#tell(marked)
  }

  #tell(marked: Marked | null): void {
    const at = marked?.meant?.at ?? null
    if (this.canDrill && at !== null) this.dispatchEvent(new CustomEvent('chart-point', { detail: at }))
  }

  readonly #press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.marked !== null) {
      event.stopPropagation()
      this.#leave()
      return
    }
    if (event.key === 'Enter' && this.marked !== null) {
      event.preventDefault()
      this.#tell(this.marked)
      return
    }
    const step = this.#stepOf(event)
    if (step === null || this.#scene === null) return
    event.preventDefault()
    const place = this.#scene.step(this.isByKey ? (this.marked?.place ?? null) : null, step)
    this.isByKey = true
    this.marked = place === null ? null : this.#scene.mark(place)
  }

  /** Right is on, but where it runs from right to left. */
  #stepOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): Step | null {
    if (altKey || ctrlKey || metaKey) return null
    const isRtl = this.context.direction === 'rtl'
    const steps: Readonly<Record<string, Step>> = {
      ArrowRight: isRtl ? 'previous' : 'next',
      ArrowLeft: isRtl ? 'next' : 'previous',
      ArrowUp: 'up',
      ArrowDown: 'down',
      Home: 'first',
      End: 'last',
    }
    return steps[key] ?? null
  }

  /** Beside the mark, on the side where there is room. */
  #placeTip(): void {
    const { marked } = this
    const tip = this.#box('.tip')
    if (marked === null || tip === null) return
    const { width, height } = tip.getBoundingClientRect()
    const beyond = marked.x + 14
    const x = beyond + width > this.#size.width ? marked.x - 14 - width : beyond
    const y = Math.min(Math.max(marked.y - height / 2, 0), Math.max(this.#size.height - height, 0))
    const left = Math.min(Math.max(x, 0), Math.max(this.#size.width - width, 0))
    tip.style.setProperty('--x', `${Math.round(left)}px`)
    tip.style.setProperty('--y', `${Math.round(y)}px`)
  }
}

function legendOf(chart: Chart | null) {
  return chart?.view === 'plot' || chart?.view === 'ring' ? chart.legend : null
}

export function defineChart(): void {
  if (customElements.get('tessera-chart') === undefined) customElements.define('tessera-chart', TesseraChart)
}
