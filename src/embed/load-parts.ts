let _loading: Promise<unknown> | null = null

/** What stands around and beside the first picture: controls, menus, tables. It comes while the figures are asked for. */
export function loadParts(): void {
  _loading ??= import('./parts.ts').catch(() => {
    _loading = null
  })
}
