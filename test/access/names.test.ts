import { createSocket } from 'node:dgram'
import { afterEach, expect, test } from 'vitest'
import { createNames } from '../../src/access/names.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

type Answers = 'nothing' | 'no such name' | 'an address'

/** A name server of one answer to whatever is asked; to a question for IPv6 it has none. */
async function nameServer(answers: Answers) {
  const socket = createSocket('udp4')
  const server = { at: '', asked: 0 }
  socket.on('message', (question, { address, port }) => {
    server.asked += 1
    if (answers === 'nothing') return
    const isIpv4 = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1
    const isFound = answers === 'an address' && isIpv4
    const answer = Buffer.from(question.subarray(0, question.indexOf(0, 12) + 5))
    answer.writeUInt16BE(answers === 'no such name' ? 0x8183 : 0x8180, 2)
    for (const [index, count] of [1, isFound ? 1 : 0, 0, 0].entries())
      answer.writeUInt16BE(count, 4 + index * 2)
    const record = Buffer.from('c00c00010001000000000004cb007107', 'hex')
    socket.send(isFound ? Buffer.concat([answer, record]) : answer, port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closing.push(() => socket.close())
  server.at = `127.0.0.1:${socket.address().port}`
  return server
}

async function namesOf(answers: Answers, ofSystem: (hostname: string) => Promise<readonly string[]>) {
  const server = await nameServer(answers)
  return { server, names: createNames({ servers: [server.at], ofSystem, timeoutMs: 100 }) }
}

/** A system that says the same of whatever it is asked. */
function listed(asked: string[]) {
  return async (hostname: string) => {
    asked.push(hostname)
    return ['10.0.0.7']
  }
}

test('a name has the addresses that its name server says, and the system is not asked', async () => {
  const asked: string[] = []
  const { names } = await namesOf('an address', listed(asked))
  expect([await names.addressesOf('keys.example.com'), asked]).toEqual([['203.0.113.7'], []])
})

test('a name whose server is silent has none, and takes no thread of the system', async () => {
  const asked: string[] = []
  const { server, names } = await namesOf('nothing', listed(asked))
  const hosts = ['a.example.com', 'b.example.com', 'a.example.com']
  expect(await Promise.all(hosts.map(names.addressesOf))).toEqual([[], [], []])
  expect(server.asked).toBeGreaterThan(0)
  expect(asked).toEqual([])
})

test('a name that no server has is asked of the system, once at a time, and so is one of one label', async () => {
  const asked: string[] = []
  const { server, names } = await namesOf('no such name', listed(asked))
  const hosts = ['db.internal', 'db.internal', 'keycloak']
  expect(await Promise.all(hosts.map(names.addressesOf))).toEqual([['10.0.0.7'], ['10.0.0.7'], ['10.0.0.7']])
  expect([asked.toSorted(), server.asked > 0]).toEqual([['db.internal', 'keycloak'], true])
})

test('one name at a time is asked of the system, and beyond ten that wait none', async () => {
  const asked: string[] = []
  const { names } = await namesOf('nothing', (hostname) => {
    asked.push(hostname)
    return new Promise(() => undefined)
  })
  const waiting = Array.from({ length: 11 }, (_, index) => names.addressesOf(`host${index}`))
  expect(await names.addressesOf('another')).toEqual([])
  expect(asked).toEqual(['host0'])
  expect(waiting).toHaveLength(11)
})
