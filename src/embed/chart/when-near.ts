/** How far beyond the window a picture is drawn ahead, so that scrolling finds it there. */
const margin = '400px 0px'

const waiting = new WeakMap<Element, () => void>()
let observer: IntersectionObserver | null = null

/** Calls once the element comes near to what is seen. */
export function whenNear(element: Element, isNear: () => void): () => void {
  observer ??= new IntersectionObserver(tell, { rootMargin: margin })
  waiting.set(element, isNear)
  observer.observe(element)
  return () => {
    waiting.delete(element)
    observer?.unobserve(element)
  }
}

function tell(entries: readonly IntersectionObserverEntry[]): void {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue
    const isNear = waiting.get(target)
    waiting.delete(target)
    observer?.unobserve(target)
    isNear?.()
  }
}

type Job = () => void

const jobs = new Set<Job>()
let isScheduled = false

/** One job for each idle moment: a page full of pictures goes on scrolling while they are drawn. */
export function whenIdle(job: Job): () => void {
  jobs.add(job)
  schedule()
  return () => jobs.delete(job)
}

function schedule(): void {
  if (isScheduled || jobs.size === 0) return
  isScheduled = true
  // Safari has no such moments of its own.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(runOne, { timeout: 200 })
  else setTimeout(runOne, 1)
}

function runOne(): void {
  isScheduled = false
  const [job] = jobs
  if (job !== undefined) {
    jobs.delete(job)
    job()
  }
  schedule()
}
