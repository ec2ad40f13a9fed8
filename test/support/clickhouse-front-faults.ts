import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** What goes wrong between a statement and the end of its answer. */
export type Fault = keyof typeof faults

type Headers = Readonly<Record<string, string>>
type Fail = (response: ServerResponse, headers: Headers) => void

/** @param headers those of an answer of ClickHouse */
export function fail(fault: Fault, response: ServerResponse, headers: Headers): void {
  faults[fault](response, headers)
}

const page = '<html><body><h1>Sign in</h1></body></html>'
const html = { 'Content-Type': 'text/html' }
/** Of one column of text. */
const someRows = '["north"]\n'.repeat(20_000)
const halfABody = '{"meta": [{"name": "a", "type": "String"}], "data": {"a": ["1", "2", '
const exception =
  'Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.7.3.1)\n'
const tag = 'kqzvbwnhotlurfax'
const framed = `\r\n__exception__\r\n${tag}\r\n${exception}${exception.length} ${tag}\r\n__exception__\r\n`
const laterMs = 20

function later(what: () => void): void {
  setTimeout(what, laterMs)
}

function cut(response: ServerResponse): void {
  later(() => response.socket?.resetAndDestroy())
}

function proxy(status: number): Fail {
  return (response) => response.writeHead(status, html).end(page)
}

function refusal(status: number, code: number, type: string): Fail {
  return (response, headers) => {
    response.writeHead(status, { ...headers, 'X-ClickHouse-Exception-Code': String(code) })
    response.end(`Code: ${code}. DB::Exception: Refused. (${type}) (version 26.7.3.1)\n`)
  }
}

/** A part, and the rest after a while: what came first was read by then. */
function parts(first: string, rest: string, more: Headers = {}): Fail {
  return (response, headers) => {
    response.writeHead(200, { ...headers, ...more }).write(first)
    later(() => response.end(rest))
  }
}

/** A byte every 20 ms, for ever: it is always about to go on. */
function drip(byte: string): Fail {
  return (response, headers) => {
    response.writeHead(200, headers).write(byte)
    const timer = setInterval(() => response.write(byte), laterMs)
    response.on('close', () => clearInterval(timer))
  }
}

const faults = {
  hang: () => undefined,
  'hang after the headers': (response, headers) => response.writeHead(200, headers).flushHeaders(),
  'slow drip': drip(' '),
  'slow rows': drip('["a"]\n'),
  reset: (response) => response.socket?.resetAndDestroy(),
  closed: (response) => response.socket?.end(),
  'no HTTP': (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n'),
  'half a header': (response) => response.socket?.end('HTTP/1.1 200 OK\r\nX-ClickHouse-For'),
  '413': proxy(413),
  '502': proxy(502),
  '503': proxy(503),
  '504': proxy(504),
  redirect: (response) => response.writeHead(302, { Location: '/login' }).end(),
  html: (response) => response.writeHead(200, html).end(page),
  empty: (response) => response.writeHead(200).end(),
  'empty list': (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
  'html under the headers of ClickHouse': (response, headers) => response.writeHead(200, headers).end(page),
  'another format': (response, headers) => response.writeHead(200, headers).end('1\t2\n'),
  'half a body': (response, headers) => response.writeHead(200, headers).end(halfABody),
  'half of a length': (response, headers) => {
    response.writeHead(200, { ...headers, 'Content-Length': '1000' }).write(halfABody)
    cut(response)
  },
  'half of a length, then the end': (response, headers) => {
    response.writeHead(200, { ...headers, 'Content-Length': '1000' }).write(halfABody)
    later(() => response.socket?.end())
  },
  'half of the chunks': (response, headers) => {
    response.writeHead(200, headers).write(halfABody)
    later(() => response.socket?.end())
  },
  'half of the gzip': (response, headers) => {
    const zipped = gzipSync(someRows)
    response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' })
    response.end(zipped.subarray(0, zipped.length / 2))
  },
  'no gzip': (response, headers) => {
    response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' }).end(halfABody)
  },
  'exception in mid-stream': parts(halfABody, exception),
  'framed exception in mid-stream': parts(halfABody, framed, { 'X-ClickHouse-Exception-Tag': tag }),
  'rows, then an exception': parts(someRows, exception),
  'rows, then a framed exception': parts(someRows, framed, { 'X-ClickHouse-Exception-Tag': tag }),
  'rows, then an exception in pieces': (response, headers) => {
    response.writeHead(200, headers).write(someRows)
    later(() => response.write(framed.slice(0, 30)))
    setTimeout(() => response.end(framed.slice(30)), 2 * laterMs)
  },
  'rows, then an exception, then cut off': (response, headers) => {
    response.writeHead(200, headers).write(someRows)
    later(() => response.write(framed, () => response.socket?.destroy()))
  },
  'rows, then cut off': (response, headers) => {
    response.writeHead(200, headers).write(someRows)
    cut(response)
  },
  'rows, then the end of the connection': (response, headers) => {
    response.writeHead(200, headers).write(someRows)
    later(() => response.socket?.end())
  },
  'rows without a length, then the end of the connection': (response, headers) => {
    response.useChunkedEncodingByDefault = false
    response.writeHead(200, { ...headers, Connection: 'close' }).write(someRows)
    later(() => response.socket?.end())
  },
  'rows, then nothing': (response, headers) => response.writeHead(200, headers).write(someRows),
  'half a row': (response, headers) => response.writeHead(200, headers).end(`${someRows}["nor`),
  'wrong password': refusal(403, 516, 'AUTHENTICATION_FAILED'),
  'not permitted': refusal(403, 497, 'ACCESS_DENIED'),
  'too many queries': refusal(500, 202, 'TOO_MANY_SIMULTANEOUS_QUERIES'),
} as const satisfies Record<string, Fail>
