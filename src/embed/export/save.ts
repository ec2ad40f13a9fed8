/**
 * Lets the browser download an address. A tab of its own closes at once where a download comes; a link that is refused
 * shows its answer there, and the page stays where it is.
 */
export function downloadFrom(address: string): void {
  const link = { href: address, rel: 'noreferrer', target: '_blank' }
  Object.assign(document.createElement('a'), link).click()
}

/** Saves what the page made itself. */
function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

interface Drawn {
  toPng(): Promise<Blob>
  toSvg(): Promise<string>
}

/** A picture as it is seen, under the title of its widget. */
export async function savePicture(chart: Drawn, format: 'PNG' | 'SVG', title: string): Promise<void> {
  const content =
    format === 'PNG' ? await chart.toPng() : new Blob([await chart.toSvg()], { type: 'image/svg+xml' })
  save(content, `${title.replace(/[\\/:*?"<>|]+/g, ' ').trim() || 'chart'}.${format.toLowerCase()}`)
}
