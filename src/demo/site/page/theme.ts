const key = 'apronworks-theme'

/** The theme of the system, until the switch says otherwise; then that, on every page. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => (localStorage.getItem(key) ?? (system.matches ? 'dark' : 'light')) === 'dark'

  function show(): void {
    const theme = isDark() ? 'dark' : 'light'
    document.documentElement.dataset.theme = theme
    document.querySelector('button.theme')?.setAttribute('aria-pressed', String(isDark()))
    for (const element of document.querySelectorAll('tessera-dashboard, tessera-widget')) {
      element.setAttribute('theme', theme)
    }
  }

  show()
  system.addEventListener('change', show)
  document.addEventListener('DOMContentLoaded', () => {
    show()
    document.querySelector('button.theme')?.addEventListener('click', () => {
      localStorage.setItem(key, isDark() ? 'light' : 'dark')
      show()
    })
  })
}
