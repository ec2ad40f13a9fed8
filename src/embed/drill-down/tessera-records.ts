import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { TesseraClient } from '../../client/client.ts'
import { DrillDownDocument } from '../../client/documents.generated.ts'
import { fileFormats } from '../export/export-address.ts'
import type { PageContext } from '../page-context.ts'
import type { Problem } from '../states/problem.ts'
import { problemStyles, problemView } from '../states/problem-view.ts'
import { base } from '../theme/base.ts'
import { createRecords, type Drilled, type RecordColumn, type Records, type RecordsState } from './records.ts'
import { recordsStyles } from './records-styles.ts'
import { writerOf } from './write-cell.ts'

const pageSize = 50

/** The records behind a figure, in a dialog over the page. Tells its end with `records-close`. */
export class TesseraRecords extends LitElement {
  static override readonly properties = {
    drilled: { attribute: false },
    client: { attribute: false },
    page: { attribute: false },
    canExport: { attribute: false },
    state: { state: true },
  }

  static override readonly styles = [base, problemStyles, recordsStyles]

  declare drilled: Drilled
  declare client: TesseraClient
  declare page: PageContext
  declare canExport: boolean
  declare problemOf: (error: unknown) => Problem
  declare state: RecordsState | null

  #records: Records | null = null
  /** Where the viewer was before; the focus goes back there. */
  #before: HTMLElement | null = null

  constructor() {
    super()
    this.canExport = false
    this.state = null
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#records?.stop()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('drilled')) this.#open()
  }

  protected override firstUpdated(): void {
    this.#before = focused()
    this.renderRoot.querySelector('dialog')?.showModal()
  }

  #open(): void {
    this.#records?.stop()
    const { client, drilled } = this
    const { id, at, asked } = drilled
    const { timeRange, granularity, timeZone, filters } = asked
    const variables = { id, at, timeRange, granularity, timeZone, filters, first: pageSize }
    this.#records = createRecords({
      load: (after, signal) => client.query(DrillDownDocument, { ...variables, after }, { signal }),
      problemOf: this.problemOf,
      onChange: (state) => {
        this.state = state
      },
    })
    void this.#records.more()
  }

  protected override render(): TemplateResult {
    const { t } = this.page
    const title = t('records.title', { title: this.drilled.title })
    return html`<dialog part="dialog" aria-labelledby="title" @close=${this.#closed} @click=${this.#clicked}>
      <div class="frame">
        <header>
          <h2 id="title" part="dialog-title">${title}</h2>
          ${this.canExport ? this.#exportMenu() : nothing}
          <button class="button close" type="button" aria-label=${t('close')} title=${t('close')} @click=${this.#close}>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3.5 3.5 9 9m0-9-9 9" /></svg>
          </button>
        </header>
        ${this.state === null ? nothing : this.#body(this.state)}
      </div>
    </dialog>`
  }

  #exportMenu(): TemplateResult {
    const { t } = this.page
    const items = fileFormats.map((id) => ({
      id,
      label: t(`download.${id}`),
    }))
    return html`<tessera-menu
      .icon=${'download'}
      .label=${t('download.title')}
      .items=${items}
      @menu-choose=${({ detail }: CustomEvent<string>) =>
        this.dispatchEvent(new CustomEvent('records-export', { detail }))}
    ></tessera-menu>`
  }

  #body(state: RecordsState): TemplateResult {
    const { t } = this.page
    const { phase, problem, next } = state
    const isWaiting = phase === 'loading'
    return html`<div class="rows" tabindex="0" role="region" aria-labelledby="title" aria-busy=${isWaiting}>
        ${state.columns.length > 0 ? this.#table(state) : nothing}
        ${problem === null ? nothing : problemView(problem, t, this.#more)}
      </div>
      <footer>
        <p role="status">${this.#status(state)}</p>
        ${
          next === null || problem !== null
            ? nothing
            : html`<button class="button" type="button" ?disabled=${isWaiting} @click=${this.#more}>
              ${t('records.more')}
            </button>`
        }
      </footer>`
  }

  #status({ rows, phase, problem }: RecordsState): string {
    const { t } = this.page
    if (phase === 'loading') return `${t('loading')}…`
    if (problem !== null) return ''
    return rows.length === 0 ? t('records.empty') : t('records.count', { count: rows.length })
  }

  #table({ columns, rows }: RecordsState): TemplateResult {
    const writers = columns.map((column) => writerOf(column, this.page))
    return html`<table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" data-align=${alignOf(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(
                (column, index) =>
                  html`<td data-align=${alignOf(column)}>${writers[index]?.(row[index] ?? null)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>`
  }

  readonly #more = (): void => {
    void this.#records?.more()
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close()
  }

  /** A click on what lies behind the frame is one on the dialog itself. */
  readonly #clicked = (event: Event): void => {
    if (event.target instanceof HTMLDialogElement) this.#close()
  }

  readonly #closed = (): void => {
    this.#records?.stop()
    this.#before?.focus()
    this.dispatchEvent(new CustomEvent('records-close'))
  }
}

/** What has the focus, inside of whatever elements it is. */
function focused(): HTMLElement | null {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element instanceof HTMLElement ? element : null
}

function alignOf({ type }: RecordColumn): 'start' | 'end' {
  return type === 'NUMBER' ? 'end' : 'start'
}
