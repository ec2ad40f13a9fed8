import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Point } from '../../../charts/point.ts'
import type { TableCell, TableChart, TableHead } from '../../../charts/table-chart.ts'
import { base } from '../../theme/base.ts'
import { customProperties } from '../../theme/custom-properties.ts'
import { type ShownTable, tableIn } from './shown-table.ts'
import { keptSorting, nextSorting, type Sorting, sortedPlaces } from './sorting.ts'
import { tableStyles } from './table-styles.ts'

/**
 * A table that scrolls within itself, its heads in place. Where all rows are there, a press on a head sorts them. Tells
 * with `table-point` which figure was pressed.
 */
export class TesseraTable extends LitElement {
  static override readonly properties = {
    shown: { attribute: false },
    values: { attribute: false },
    label: { attribute: false },
    locale: { attribute: false },
    canDrill: { attribute: false },
    sorting: { state: true },
  }

  static override readonly styles = [base, tableStyles]

  declare shown: ShownTable
  /** What the cells of the rows stand for, to sort by; null where not all rows are there. */
  declare values: readonly (readonly unknown[])[] | null
  declare label: string
  declare locale: string
  declare canDrill: boolean
  declare sorting: Sorting | null
  #table: TableChart | null = null

  constructor() {
    super()
    this.values = null
    this.label = ''
    this.locale = 'en'
    this.canDrill = false
    this.sorting = null
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('shown')) return
    const table = tableIn(this.shown, this.label)
    if (this.sorting !== null) this.sorting = keptSorting(this.sorting, headsOf(this.#table), headsOf(table))
    this.#table = table
  }

  protected override render(): TemplateResult {
    const table = this.#table
    if (table === null) return html``
    const { groups, columns, totals, note } = table
    return html`<div class="rows" part="table" tabindex="0" role="region" aria-label=${this.label}>
        <table>
          <thead>
            ${groups.map((heads) => html`<tr>${heads.map((head) => this.#group(head))}</tr>`)}
            <tr>
              ${columns.map((head, index) => this.#head(head, index))}
            </tr>
          </thead>
          <tbody>
            ${this.#rows(table).map((cells) => html`<tr>${cells.map((cell) => this.#cell(cell))}</tr>`)}
          </tbody>
          ${
            totals === null
              ? nothing
              : html`<tfoot>
                <tr>
                  ${totals.map((cell) => this.#cell(cell))}
                </tr>
              </tfoot>`
          }
        </table>
      </div>
      ${note === null ? nothing : html`<p class="note">${note}</p>`}`
  }

  #rows({ rows }: TableChart): TableChart['rows'] {
    if (this.sorting === null || this.values === null) return rows
    return sortedPlaces(this.values, this.sorting, this.locale).flatMap((place) => {
      const row = rows[place]
      return row === undefined ? [] : [row]
    })
  }

  #group({ text, span, align }: TableHead): TemplateResult {
    // The corner over the keys heads nothing.
    if (text === '') return html`<td colspan=${span}></td>`
    return html`<th scope="colgroup" colspan=${span} data-align=${align}>${text}</th>`
  }

  #head({ text, align, isKey }: TableHead, index: number): TemplateResult {
    if (this.values === null) return html`<th scope="col" data-align=${align}>${text}</th>`
    const isSorted = this.sorting?.column === index
    const order = this.sorting?.isDescending === true ? 'descending' : 'ascending'
    return html`<th scope="col" data-align=${align} aria-sort=${isSorted ? order : nothing}>
      <button
        type="button"
        @click=${() => {
          this.sorting = nextSorting(this.sorting, index, !isKey)
        }}
      >
        ${text}
      </button>
    </th>`
  }

  #cell({ text, align, isKey, bar, at }: TableCell): TemplateResult {
    if (isKey) return html`<th scope="row" data-align=${align}><bdi>${text}</bdi></th>`
    const share = bar === null ? nothing : customProperties({ '--share': bar })
    const content =
      at !== null && this.canDrill
        ? html`<button type="button" @click=${() => this.#press(at)}><bdi>${text}</bdi></button>`
        : html`<bdi>${text}</bdi>`
    return html`<td class=${bar === null ? '' : 'bar'} data-align=${align} ${share}>${content}</td>`
  }

  #press(at: Point): void {
    this.dispatchEvent(new CustomEvent('table-point', { detail: at, bubbles: true, composed: true }))
  }
}

function headsOf(table: TableChart | null): readonly string[] {
  return table?.columns.map(({ text }) => text) ?? []
}
