import { readFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { openPostgresWarehouse } from '../../../src/warehouse/postgres/connect.ts'
import { createConnections } from '../../../src/warehouse/postgres/connections.ts'
import { addressOf } from '../../../src/warehouse/postgres/source.ts'
import { statementFor } from '../../support/postgres-warehouse.ts'
import { unhurried } from '../../support/warehouse.ts'

const source = { name: 'test', kind: 'postgres', role: null } as const
const log = createLogger('silent')
const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }
const value = (text: string) => statementFor('a', 'SELECT $1::text', text)

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A message of the protocol. */
function message(kind: string, ...bytes: readonly (number | string)[]): Buffer {
  const body = Buffer.concat(
    bytes.map((each) => (typeof each === 'string' ? Buffer.from(each) : Buffer.of(each))),
  )
  const head = Buffer.alloc(5)
  head.write(kind)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const welcome = Buffer.concat([
  message('R', 0, 0, 0, 0),
  message('K', 0, 0, 0, 1, 0, 0, 0, 2),
  message('Z', 'I'),
])
type Answers = readonly [toLogin: Buffer, toStatement?: Buffer]
const garbage: Readonly<Record<string, Answers>> = {
  'a request for rows': [welcome, message('G', 0, 0, 0)],
  'rows of a copy': [welcome, message('d', 'abc')],
  'a row of fewer cells than it says': [welcome, message('D', 3, 232)],
  'a cell that is longer than its row': [welcome, message('D', 0, 1, 0, 0, 0, 9, 'abc')],
  'a description of fewer columns than it says': [welcome, message('T', 3, 232)],
  'a column whose name does not end': [welcome, message('T', 0, 1, 'name')],
  'an error that does not end': [welcome, message('E', 'Sx')],
  'an error without its last zero': [welcome, message('E', 'SERROR', 0)],
  'the end of a statement that does not end': [welcome, message('C', 'SELECT 1')],
  'a setting that does not end': [welcome, message('S', 'name', 0, 'value')],
  'a notice that does not end': [welcome, message('N', 'Mx')],
  'another kind of message': [welcome, message('?')],
  'a length below its own': [welcome, Buffer.from([0x5a, 0, 0, 0, 3])],
  'a length of two gigabytes': [Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff])],
  'a login of one byte': [message('R', 0)],
  'a salt that is none': [message('R', 0, 0, 0, 5)],
  'ways to log in that do not end': [message('R', 0, 0, 0, 10, 'SCRAM-SHA-256', 0)],
  'the second step of a login before its first': [message('R', 0, 0, 0, 11, 'A')],
  'the last step of a login before its first': [message('R', 0, 0, 0, 12, 'A')],
  'a key of one byte': [Buffer.concat([message('R', 0, 0, 0, 0), message('K', 0), message('Z', 'I')])],
  'an answer of HTTP': [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  zeros: [Buffer.alloc(100)],
}

/** Answers a login with the one, and whatever comes next with the other, byte by byte where it is asked to. */
function answer(socket: Duplex, [toLogin, toStatement]: Answers, isByByte: boolean): void {
  let isIn = false
  socket.on('error', () => undefined)
  socket.on('data', () => {
    const bytes = isIn ? toStatement : toLogin
    isIn = true
    for (const byte of bytes === undefined ? [] : isByByte ? bytes : [bytes]) {
      socket.write(typeof byte === 'number' ? Buffer.of(byte) : byte)
    }
  })
}

// What the driver throws outside of a promise would fail the run.
describe('a server', () => {
  test.each(Object.entries(garbage))(
    'that answers %s is unavailable, and costs no more',
    async (_, answers) => {
      for (const isByByte of [false, true]) {
        const garbled = createServer((socket) => answer(socket, answers, isByByte))
        const url = `postgres://me:pw@127.0.0.1:${await portOf(garbled)}`
        const opened = await openPostgresWarehouse({ ...source, url }, { log })
        const failure = await opened.run(value('x'), unhurried).catch((error: unknown) => error)
        expect(failure).toMatchObject({ ...unavailable, cause: new Error('PostgreSQL: EPROTO') })
        const streamed = opened.stream(value('x'), { ...unhurried, owner: { tenant: 'a', token: 'a' } })
        await expect(streamed[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable)
        await opened.close()
        garbled.close()
      }
    },
  )

  test('that answers with a row of gigabytes is not listened to', async () => {
    const row = Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff])
    const described = Buffer.concat([message('C', 'BEGIN', 0), message('C', 'SELECT 1', 0), row])
    const garbled = createServer((socket) => answer(socket, [welcome, described], false))
    const url = `postgres://me:pw@127.0.0.1:${await portOf(garbled)}`
    const opened = await openPostgresWarehouse({ ...source, url }, { log })
    await expect(opened.run(value('x'), unhurried)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: 'The query is larger than its limits.',
    })
    await opened.close()
    garbled.close()
  })

  test('that answers garbage once it is encrypted is unavailable, and costs no more', async () => {
    const file = (name: string) => readFile(new URL(`../../support/tls/${name}.pem`, import.meta.url))
    const [ca, cert, key] = await Promise.all(['authority', 'server', 'server-key'].map(file))
    const garbled = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        const secure = new TLSSocket(socket, { isServer: true, cert, key })
        answer(secure, [welcome, message('E', 'Sx')], false)
        socket.write('S')
      })
    })
    const url = `postgres://me:pw@localhost:${await portOf(garbled)}`
    const opened = await openPostgresWarehouse({ ...source, url, tls: { ca: String(ca) } }, { log })
    const failure = await opened.run(value('x'), unhurried).catch((error: unknown) => error)
    expect(failure).toMatchObject({ ...unavailable, cause: new Error('PostgreSQL: EPROTO') })
    await opened.close()
    garbled.close()
  })

  test('that does not close its side holds no socket', async () => {
    const sockets: Socket[] = []
    const hanging = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket)
      answer(socket, [welcome], false)
    })
    const url = `postgres://me:pw@127.0.0.1:${await portOf(hanging)}`
    const address = addressOf({ ...source, url })
    const connections = createConnections({ name: 'test', address, max: 2, log })
    const { signal } = new AbortController()
    const leases = [await connections.take(signal), await connections.take(signal)]
    for (const [index, { giveBack }] of leases.entries()) giveBack(index === 0)
    const closing = connections.close()
    const ours = leases.map(({ client }) => client.connection.stream)
    expect(ours.map(({ destroyed }) => destroyed)).toEqual([false, false])
    await expect
      .poll(() => ours.every(({ destroyed }) => destroyed), { timeout: 5_000, interval: 20 })
      .toBe(true)
    await closing
    for (const socket of sockets) socket.destroy()
    hanging.close()
  })
})
