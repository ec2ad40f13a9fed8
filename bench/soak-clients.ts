import { once } from 'node:events'
import { type Subscription, subscribe } from '../test/support/events.ts'

interface Task {
  readonly url: string
  /** The last one is of those who come and go. */
  readonly tokens: readonly string[]
  readonly perToken: number
  readonly everySeconds: number
}

/** In a process of its own, so that the memory of the other is the server's. */
const [task]: [Task] = await new Promise((resolve) =>
  once(process, 'message').then(([given]) => resolve([given])),
)
const { url, tokens, perToken, everySeconds } = task
const counts = { open: 0, events: 0, came: 0 }
setInterval(() => process.send?.(counts), 200)

const query = `subscription ($id: ID!) {
  widgetData(id: $id, everySeconds: ${everySeconds}) { ... on Counter { exactValue } }
}`
const variables = { id: Buffer.from('Widget:sales/total').toString('base64url') }

async function read(subscription: Subscription): Promise<void> {
  while ((await subscription.next()) !== null) counts.events += 1
  counts.open -= 1
}

for (const credential of tokens.slice(0, -1)) {
  const opened = await Promise.all(
    Array.from({ length: perToken }, () => subscribe({ url, credential, query, variables })),
  )
  counts.open += opened.length
  for (const subscription of opened) void read(subscription)
}

const credential = tokens.at(-1) ?? ''
for (;;) {
  const passing = await subscribe({ url, credential, query, variables })
  await passing.next()
  passing.close()
  counts.came += 1
  await new Promise((resolve) => setTimeout(resolve, 50))
}
