import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands between a process and a server, and knows how many connections there are. */
export interface CountingProxy {
  readonly port: number
  /** How many connections are open now. */
  open(): number
  /** From now on nothing of what the server answers is passed on. */
  hold(): void
  /** How many answers are held. */
  held(): number
  letGo(): void
  close(): Promise<void>
}

/** @param port of the server, on the loopback interface */
export async function openCountingProxy(port: number): Promise<CountingProxy> {
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  let isHeld = false
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    sockets.add(near)
    near.on('close', () => {
      sockets.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
    near.on('error', () => undefined)
    far.on('error', () => undefined)
    near.pipe(far)
    far.on('data', (bytes) => {
      if (isHeld) waiting.push(() => near.write(bytes))
      else near.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.')

  return {
    port: address.port,
    open: () => sockets.size,
    hold: () => {
      isHeld = true
    },
    held: () => waiting.length,
    letGo: () => {
      isHeld = false
      for (const write of waiting.splice(0)) write()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
