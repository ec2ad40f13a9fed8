import { html, nothing, type TemplateResult } from 'lit'
import type { WidgetData } from '../../client/dashboard-data.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import type { WidgetState } from '../dashboard/request-cycle.ts'
import { fileFormats } from '../export/export-address.ts'
import type { MenuItem } from '../menu/tessera-menu.ts'
import type { Translate } from '../messages/translator.ts'
import { isEmpty } from './is-empty.ts'

/** What is made of a picture in the page. */
export const pictureFormats = ['PNG', 'SVG'] as const
export type PictureFormat = (typeof pictureFormats)[number]

/** What can be done with a widget; nothing where nothing can. */
export function cardMenu(
  widget: WidgetDefinition,
  state: WidgetState<WidgetData>,
  asTable: boolean,
  t: Translate,
  onChoose: (id: string) => void,
): TemplateResult | typeof nothing {
  const items = itemsFor(widget, state, asTable, t)
  if (items.length === 0) return nothing
  return html`<tessera-menu
    .label=${t('widget.options', { title: widget.title })}
    .items=${items}
    @menu-choose=${({ detail }: CustomEvent<string>) => onChoose(detail)}
  ></tessera-menu>`
}

function itemsFor(
  { visualization: { kind }, controls }: WidgetDefinition,
  { answer }: WidgetState<WidgetData>,
  asTable: boolean,
  t: Translate,
): readonly MenuItem[] {
  if (answer === null || isEmpty(answer)) return []
  const isTable = kind === 'TABLE' || kind === 'PIVOT' || kind === 'TEXT'
  const view = asTable ? ('chart' as const) : ('table' as const)
  const formats = [...fileFormats, ...(isTable || kind === 'NUMBER' || asTable ? [] : pictureFormats)]
  return [
    ...(isTable ? [] : [{ id: view, label: t(`widget.${view}`), group: 'view' }]),
    ...(controls.drillDown ? [{ id: 'records', label: t('records.show'), group: 'view' }] : []),
    ...(controls.export
      ? formats.map((format) => ({ id: format, label: t(`download.${format}`), group: 'download' }))
      : []),
  ]
}
