import { cheat } from './cheat.ts'
import { followTheme } from './theme.ts'

followTheme()

document.addEventListener('DOMContentLoaded', () => {
  const section = document.querySelector<HTMLElement>('#cheat')
  if (section === null) return
  const go = () => {
    cheat(section).catch((error: unknown) => {
      const summary = section.querySelector('.summary')
      if (summary !== null) summary.textContent = `The attempts could not be sent: ${String(error)}`
    })
  }
  section.querySelector('.again')?.addEventListener('click', go)
  go()
})
