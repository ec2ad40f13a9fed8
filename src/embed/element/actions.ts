import { html, nothing, type TemplateResult } from 'lit'
import type { PointInput } from '../../client/documents.generated.ts'
import type { Board } from '../dashboard/board.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import type { Drilled } from '../drill-down/records.ts'
import { exportAddress, type FileFormat, fileFormats } from '../export/export-address.ts'
import { downloadFrom } from '../export/save.ts'
import type { PageContext } from '../page-context.ts'
import type { Problem } from '../states/problem.ts'

export interface ActionsHost {
  readonly board: Board | null
  /** Tells the page; false where the page takes it into its own hands. */
  announce(name: string, detail: unknown, isCancelable: boolean): boolean
  problemOf(error: unknown): Problem
  tell(problem: Problem, widget: string): void
  requestUpdate(): void
}

interface Notice {
  readonly text: 'download.started' | 'download.failed'
  readonly problem: Problem | null
}

const noticeMs = 6000

/** What a viewer does with a widget beside looking at it: the records behind it, and downloads. */
export class Actions {
  readonly #host: ActionsHost
  #widget: WidgetDefinition | null = null
  #drilled: Drilled | null = null
  /** Until the element starts anew. */
  #running = new AbortController()
  #notice: Notice | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: ActionsHost) {
    this.#host = host
  }

  /** The records behind a figure, or behind all of a widget where `at` is null. */
  async drill(widget: WidgetDefinition, at: PointInput | null): Promise<void> {
    const { board } = this.#host
    if (board === null || !widget.controls.drillDown) return
    const detail = { widget: widget.name, at, controls: board.argumentsOf(widget) }
    if (!this.#host.announce('tessera-drill-down', detail, true)) return
    const { signal } = this.#running
    await import('../drill-down/define.ts')
    if (signal.aborted) return
    this.#widget = widget
    this.#drilled = { id: widget.id, name: widget.name, title: widget.title, at }
    this.#host.requestUpdate()
  }

  chosen(widget: WidgetDefinition, id: string): void {
    const format = fileFormats.find((each) => each === id)
    if (format !== undefined) void this.#download(widget, format, undefined)
    else if (id === 'records') void this.drill(widget, null)
  }

  async #download(
    widget: WidgetDefinition,
    format: FileFormat,
    at: PointInput | null | undefined,
  ): Promise<void> {
    const { board } = this.#host
    if (board === null) return
    const { signal } = this.#running
    try {
      const wish = { widget: widget.id, asked: board.argumentsOf(widget), format }
      const address = await exportAddress(board.client, at === undefined ? wish : { ...wish, at }, signal)
      downloadFrom(address)
      this.#note({ text: 'download.started', problem: null })
    } catch (error) {
      if (signal.aborted) return
      const problem = this.#host.problemOf(error)
      this.#host.tell(problem, widget.name)
      this.#note({ text: 'download.failed', problem })
    }
  }

  #note(notice: Notice): void {
    this.#notice = notice
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#notice = null
      this.#host.requestUpdate()
    }, noticeMs)
    this.#host.requestUpdate()
  }

  /** A picture that could not be saved. */
  failed(): void {
    this.#note({ text: 'download.failed', problem: null })
  }

  stop(): void {
    this.#running.abort()
    this.#running = new AbortController()
    clearTimeout(this.#timer)
    this.#drilled = null
    this.#notice = null
  }

  render(page: PageContext): TemplateResult {
    return html`${this.#records(page)}
      <p class="notice" role="status" part="notice">${this.#notice === null ? nothing : this.#said(this.#notice, page)}</p>`
  }

  #said({ text, problem }: Notice, { t }: PageContext): string {
    return t(text, { reason: problem === null ? '' : t(`problem.${problem.kind}`) })
  }

  #records(page: PageContext): TemplateResult | typeof nothing {
    const { board } = this.#host
    const widget = this.#widget
    const drilled = this.#drilled
    if (board === null || widget === null || drilled === null) return nothing
    return html`<tessera-records
      exportparts="dialog, dialog-title"
      .drilled=${drilled}
      .asked=${board.argumentsOf(widget)}
      .client=${board.client}
      .page=${page}
      .canExport=${widget.controls.export}
      .problemOf=${(error: unknown) => this.#host.problemOf(error)}
      @records-export=${({ detail }: CustomEvent<FileFormat>) => this.#download(widget, detail, drilled.at)}
      @records-close=${() => {
        this.#drilled = null
        this.#host.requestUpdate()
      }}
    ></tessera-records>`
  }
}
