import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { DrawnWidget, WidgetAnswer } from '../../charts/answers.ts'
import type { Chart } from '../../charts/chart.ts'
import type { ChartContext } from '../../charts/context.ts'
import { chartOption } from '../../charts/draw.ts'
import { englishWords } from '../../charts/words.ts'
import { TesseraError } from '../../client/tessera-error.ts'
import { fileOf } from '../file-of.ts'
import { chartStyles } from './chart-styles.ts'
import { drawingContext } from './drawing-context.ts'
import { legendView } from './legend-view.ts'
import type { Marked } from './mark.ts'
import { onMediaChange } from './page-media.ts'
import { type PointedChart, Pointing } from './pointing.ts'
import { createStage, type Size } from './stage.ts'
import { marksView, placeTip, sentenceOf, tipView } from './tip-view.ts'
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
    hiddenKeys: { state: true },
  }

  static override readonly styles = chartStyles

  declare widget: DrawnWidget
  declare answer: WidgetAnswer
  /** What the page knows; size, motion, patterns and the theme's colors are the element's own. */
  declare context: Partial<ChartContext>
  declare canDrill: boolean
  declare chart: Chart | null
  declare hiddenKeys: ReadonlySet<string>

  #isNear = false
  readonly #stage = createStage()
  readonly #pointing = new Pointing(this.#pointed())
  /** The answer that is seen. */
  #drawn: WidgetAnswer | null = null
  #round = 0
  #size: Size = { width: 0, height: 0 }
  #stops: (() => void)[] = []
  #stopIdle: (() => void) | null = null
  readonly #resizes = new ResizeObserver(() => this.#measure())

  constructor() {
    super()
    this.context = {}
    this.canDrill = false
    this.chart = null
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
    this.#stage.clear()
    this.#isNear = false
    this.chart = null
    this.#pointing.leave()
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
    const tip = this.#box('.tip')
    const { marked } = this.#pointing
    if (marked !== null && tip !== null) placeTip(tip, marked, this.#size)
  }

  protected override render(): TemplateResult {
    const { chart } = this
    const { marked, isByKey } = this.#pointing
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
          @pointermove=${this.#pointing.move}
          @pointerleave=${this.#pointing.leave}
          @click=${this.#pointing.click}
          @keydown=${this.#pointing.press}
          @blur=${this.#pointing.leave}
        >
          <div class="canvas"></div>
          ${marksView(marked, isByKey)}
          <div class="tip" part="tooltip" ?hidden=${marked === null}>${marked === null ? nothing : tipView(marked)}</div>
        </div>
        ${legend === null ? nothing : legendView(legend, this.#toggle)}
      </div>
      <p id="keys" class="visually-hidden">${(this.context.words ?? englishWords)[this.canDrill ? 'keysDrill' : 'keys']}</p>
      <p class="visually-hidden" aria-live="polite">${isByKey && marked !== null ? sentenceOf(marked) : ''}</p>`
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
    return drawingContext(this, this.renderRoot, this.context, this.hiddenKeys)
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
    const { widget, answer } = this
    if (!this.isConnected || answer == null || widget == null) return
    this.#round += 1
    const round = this.#round
    const context = this.#whole()
    const outer = this.getBoundingClientRect()
    const first = chartOption(widget, answer, { ...context, size: outer })
    this.chart = first
    await this.updateComplete
    const box = this.#box('.canvas')
    if (round !== this.#round || box === null) return
    const { width, height } = box.getBoundingClientRect()
    if (width < 8 || height < 8) return
    this.#size = { width, height }
    const legendPlace = legendOf(first)?.place ?? null
    const chart = chartOption(widget, answer, { ...context, size: this.#size, legendPlace })
    this.chart = chart
    const isOld = () => round !== this.#round
    await this.#stage.show(chart, box, { ...context, size: this.#size }, isOld)
    if (isOld()) return
    this.#drawn = answer
    this.#pointing.leave()
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

  /** A picture that is about to be drawn anew is not what its figures are asked for by. */
  #choose({ meant }: Marked): void {
    const at = meant?.at ?? null
    if (!this.canDrill || at === null || this.#drawn !== this.answer) return
    this.dispatchEvent(new CustomEvent('chart-point', { detail: at }))
  }

  #pointed(): PointedChart {
    const chart = this
    return {
      get scene() {
        return chart.#stage.scene
      },
      get box() {
        return chart.#box('.canvas')?.getBoundingClientRect() ?? null
      },
      get direction() {
        return chart.context.direction
      },
      choose: (marked) => this.#choose(marked),
      changed: () => this.requestUpdate(),
    }
  }
}

function legendOf(chart: Chart | null) {
  return chart?.view === 'plot' || chart?.view === 'ring' ? chart.legend : null
}

export function defineChart(): void {
  if (customElements.get('tessera-chart') === undefined) customElements.define('tessera-chart', TesseraChart)
}
