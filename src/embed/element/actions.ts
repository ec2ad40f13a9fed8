import { html, nothing, type TemplateResult } from 'lit'
import type { PointInput } from '../../client/documents.generated.ts'
import type { Board } from '../dashboard/board.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import type { Drilled } from '../drill-down/records.ts'
import { exportAddress, type FileFormat, fileFormats } from '../export/export-address.ts'
import { downloadFrom } from '../export/save.ts'
import { fileOf } from '../file-of.ts'
import type { MessageKey } from '../messages/en.ts'
import type { PageContext } from '../page-context.ts'
import type { Problem } from '../states/problem.ts'

export interface ActionsHost {
  readonly board: Board | null
  /** Tells the page; false where the page takes it into its own hands. */
  announce(name: string, detail: unknown, options?: { readonly isCancelable: boolean }): boolean
  /** What an error means here, which is told at once. */
  told(error: unknown, widget: string): Problem
  requestUpdate(): void
}

interface Notice {
  readonly text: MessageKey
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

  /** The records behind a figure as it is seen, or behind all of a widget where `at` is null. */
  async drill(widget: WidgetDefinition, at: PointInput | null): Promise<void> {
    const { board } = this.#host
    if (board === null || !widget.controls.drillDown) return
    const { id, name, title } = widget
    const asked = board.argumentsOf(widget)
    const isCancelable = true
    if (!this.#host.announce('tessera-drill-down', { widget: name, at, controls: asked }, { isCancelable }))
      return
    const { signal } = this.#running
    try {
      await fileOf(import('../drill-down/define.ts'))
    } catch (error) {
      if (!signal.aborted) this.failed(widget, error, 'problem.not-loaded')
      return
    }
    if (signal.aborted) return
    this.#widget = widget
    this.#drilled = { id, name, title, at, asked }
    this.#host.requestUpdate()
  }

  chosen(widget: WidgetDefinition, id: string): void {
    const format = fileFormats.find((each) => each === id)
    if (format !== undefined) void this.#download(widget, format, null)
    else if (id === 'records') void this.drill(widget, null)
  }

  /** What is seen is what is downloaded: the figures of a widget, or the records of one. */
  async #download(widget: WidgetDefinition, format: FileFormat, drilled: Drilled | null): Promise<void> {
    const { board } = this.#host
    if (board === null) return
    const { signal } = this.#running
    const wish = { widget: widget.id, format }
    try {
      const address = await exportAddress(
        board.client,
        drilled === null
          ? { ...wish, asked: board.argumentsOf(widget) }
          : { ...wish, asked: drilled.asked, at: drilled.at },
        signal,
      )
      downloadFrom(address)
      this.note('download.started', null)
    } catch (error) {
      if (!signal.aborted) this.failed(widget, error, 'download.failed')
    }
  }

  /** Says something for a while. */
  note(text: MessageKey, problem: Problem | null): void {
    this.#notice = { text, problem }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#notice = null
      this.#host.requestUpdate()
    }, noticeMs)
    this.#host.requestUpdate()
  }

  /** What could not be done is told: to the viewer for a while, and to the developer. */
  failed(widget: WidgetDefinition, error: unknown, text: MessageKey): void {
    this.note(text, this.#host.told(error, widget.name))
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
      .client=${board.client}
      .page=${page}
      .canExport=${widget.controls.export}
      .problemOf=${(error: unknown) => this.#host.told(error, widget.name)}
      @records-export=${({ detail }: CustomEvent<FileFormat>) => this.#download(widget, detail, drilled)}
      @records-close=${() => {
        this.#drilled = null
        this.#host.requestUpdate()
      }}
    ></tessera-records>`
  }
}
