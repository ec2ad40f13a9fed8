import type { Marked, Scene, Step } from './mark.ts'

export interface PointedChart {
  readonly scene: Scene | null
  /** Where the picture stands in the window; null before there is one. */
  readonly box: DOMRect | null
  readonly direction: 'ltr' | 'rtl' | undefined
  choose(marked: Marked): void
  changed(): void
}

/** What of a picture is pointed at, by the pointer or by keys. */
export class Pointing {
  marked: Marked | null = null
  isByKey = false
  readonly #chart: PointedChart

  constructor(chart: PointedChart) {
    this.#chart = chart
  }

  readonly move = (event: PointerEvent): void => this.#set(this.#at(event), false)

  readonly leave = (): void => this.#set(null, false)

  readonly click = (event: MouseEvent): void => {
    const marked = this.#at(event)
    if (marked !== null) this.#chart.choose(marked)
  }

  readonly press = (event: KeyboardEvent): void => {
    const { scene, direction } = this.#chart
    if (event.key === 'Escape' && this.marked !== null) {
      event.stopPropagation()
      this.leave()
      return
    }
    if (event.key === 'Enter' && this.marked !== null) {
      event.preventDefault()
      this.#chart.choose(this.marked)
      return
    }
    const step = stepOf(event, direction)
    if (step === null || scene === null) return
    event.preventDefault()
    const place = scene.step(this.isByKey ? (this.marked?.place ?? null) : null, step)
    this.#set(place === null ? null : scene.mark(place), true)
  }

  #at({ clientX, clientY }: MouseEvent): Marked | null {
    const { scene, box } = this.#chart
    return scene === null || box === null ? null : scene.at(clientX - box.x, clientY - box.y)
  }

  #set(marked: Marked | null, isByKey: boolean): void {
    if (marked === null && this.marked === null && isByKey === this.isByKey) return
    this.marked = marked
    this.isByKey = isByKey
    this.#chart.changed()
  }
}

/** Where a key leads from a point; null where it leads nowhere. Right is on, but where it runs from right to left. */
function stepOf(
  { key, altKey, ctrlKey, metaKey }: KeyboardEvent,
  direction: 'ltr' | 'rtl' | undefined,
): Step | null {
  if (altKey || ctrlKey || metaKey) return null
  const isRtl = direction === 'rtl'
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
