import type { Chart } from '../../charts/chart.ts'
import type { ChartContext } from '../../charts/context.ts'
import { fileOf } from '../file-of.ts'
import type { Scene } from './mark.ts'
import type { PlotScene } from './plot-scene.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Where the picture of a chart stands; a plot that is drawn again keeps its canvas. */
export interface Stage {
  readonly scene: Scene | null
  /**
   * @param isOld whether another picture has been asked for meanwhile
   * @throws TesseraError NOT_LOADED
   */
  show(chart: Chart, box: HTMLElement, wish: StageWish, isOld: () => boolean): Promise<void>
  clear(): void
}

export interface StageWish extends Pick<ChartContext, 'theme' | 'direction'> {
  readonly size: Size
}

export function createStage(): Stage {
  let scene: Scene | null = null
  let plot: PlotScene | null = null

  const clear = () => {
    scene?.dispose()
    scene = plot = null
  }

  const showPlot = async (
    chart: Chart & { view: 'plot' },
    box: HTMLElement,
    size: Size,
    isOld: () => boolean,
  ) => {
    const { plotScene } = await fileOf(import('./plot-scene.ts'))
    if (isOld()) return
    if (plot !== null) {
      plot.resize(size)
      return plot.draw(chart)
    }
    clear()
    const made = await plotScene(box, chart, size)
    if (isOld()) return made.dispose()
    scene = plot = made
  }

  return {
    get scene() {
      return scene
    },
    clear,
    show: async (chart, box, wish, isOld) => {
      switch (chart.view) {
        case 'plot':
          return showPlot(chart, box, wish.size, isOld)
        case 'matrix':
        case 'ring':
        case 'map': {
          const { shapeScene } = await fileOf(import('./shape-scene.ts'))
          if (isOld()) return
          clear()
          const made = await shapeScene(box, chart, wish)
          if (!isOld()) scene = made
          return
        }
        default:
          clear()
      }
    },
  }
}
