/** Lets the browser download an address. The server says that it is a download, so the page stays where it is. */
export function downloadFrom(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.rel = 'noopener noreferrer'
  link.download = ''
  link.click()
}

/** Saves what the page made itself. */
function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
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
