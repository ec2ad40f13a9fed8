import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request as send } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { brotliCompressSync as brotliSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeOf } from '../../src/http/answer.ts'
import { originCheck } from '../../src/http/cors.ts'
import { answerEmbed } from '../../src/http/embed.ts'
import { readEmbedFiles } from '../../src/http/embed-files.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'

const parent = 'https://app.example.com'
const contents = {
  'tessera-1.0.0-AAAA.js': 'export const build = "now"',
  'frame-1.0.0-BBBB.js': 'export {}',
  'line-CCCC.js': `export const line = "${'-'.repeat(200)}"`,
  'line-CCCC.js.map': '{"version":3}',
  'licenses.txt': 'ours',
}
const earlier = { 'tessera-0.9.0-DDDD.js': 'export const build = "then"' }

let folder: string
let server: RunningServer
let anywhere: RunningServer
let unbuilt: RunningServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-embed-'))
  await writeBuild('integrity-0.9.0-d.json', { 'tessera.js': 'tessera-0.9.0-DDDD.js' }, earlier)
  const entries = { 'tessera.js': 'tessera-1.0.0-AAAA.js', 'frame.js': 'frame-1.0.0-BBBB.js' }
  await writeBuild('integrity-1.0.0-a.json', entries, contents)
  await writeBuild('integrity.json', entries, contents)
  await writeFile(join(folder, 'secret.txt'), 'not in any manifest')
  server = await serve(folder, [parent, 'https://*.shops.example'])
  anywhere = await serve(folder, ['*'])
  unbuilt = await serve(join(folder, 'nowhere'), ['*'])
})

afterAll(async () => {
  await Promise.all([server, anywhere, unbuilt].map((running) => running.close(0)))
  await rm(folder, { recursive: true, force: true })
})

async function serve(from: string, allowedOrigins: readonly string[]): Promise<RunningServer> {
  const embed = await readEmbedFiles(from)
  return startServer({
    host: '127.0.0.1',
    port: 0,
    handler: (request, response) =>
      answerEmbed(exchangeOf(request, response), embed, originCheck(allowedOrigins)),
  })
}

async function writeBuild(manifest: string, entries: object, files: Readonly<Record<string, string>>) {
  const described: Record<string, object> = {}
  for (const [name, content] of Object.entries(files)) {
    described[name] = { integrity: integrityOf(content), bytes: content.length }
    await writeFile(join(folder, name), content)
    await writeFile(join(folder, `${name}.br`), brotliSync(content))
    await writeFile(join(folder, `${name}.gz`), gzipSync(content))
  }
  await writeFile(
    join(folder, manifest),
    JSON.stringify({ version: '1', build: '1', entries, files: described }),
  )
}

function integrityOf(content: string): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`
}

interface Sent {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** The path goes out as it is: an URL would be resolved before. */
function get(path: string, headers = {}, from = server, method = 'GET'): Promise<Sent> {
  const { hostname, port } = new URL(from.url)
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, path, method, headers }, async (response) => {
      const { statusCode: status = 0, headers: answered } = response
      resolve({ status, headers: answered, text: await text(response) })
    })
    request.on('error', reject).end()
  })
}

async function refusal(sent: Promise<Sent>) {
  const { status, headers, text: body } = await sent
  return [status, headers['content-type'], JSON.parse(body).errors[0].extensions.code]
}
const notFound = [404, 'application/json; charset=utf-8', 'NOT_FOUND']

describe('a script under a hashed name', () => {
  test('may be loaded by any page, kept for a year, and is what the manifest says', async () => {
    const {
      status,
      headers,
      text: body,
    } = await get('/embed/tessera-1.0.0-AAAA.js', {
      origin: 'https://a.example',
    })
    const { date, connection, 'keep-alive': _, 'x-request-id': __, etag, ...rest } = headers
    expect([status, body, rest]).toEqual([
      200,
      contents['tessera-1.0.0-AAAA.js'],
      {
        'content-type': 'text/javascript; charset=utf-8',
        'content-length': '26',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'timing-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      },
    ])
  })

  test('of an earlier build is still there', async () => {
    expect((await get('/embed/tessera-0.9.0-DDDD.js')).text).toBe(earlier['tessera-0.9.0-DDDD.js'])
  })
})

describe('the stable name of an entry', () => {
  test('is the entry of the latest build, asked about again after five minutes', async () => {
    const { text: body, headers } = await get('/embed/tessera.js')
    expect([body, headers['cache-control']]).toEqual([
      contents['tessera-1.0.0-AAAA.js'],
      'public, max-age=300',
    ])
    const known = { 'if-none-match': String(headers.etag) }
    const again = await get('/embed/tessera.js', known)
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag])
    expect((await get('/embed/frame.js', known)).status).toBe(200)
  })
})

describe('a file', () => {
  test.each([
    ['br', 'gzip, deflate, br', brotliSync],
    ['gzip', 'gzip;q=0.5, br;q=0', gzipSync],
    [undefined, 'zstd', (content: string) => content],
    [undefined, '', (content: string) => content],
  ])('is sent as %s to who accepts "%s"', async (encoding, accepted, compressed) => {
    const path = '/embed/line-CCCC.js'
    const { headers } = await get(path, { 'accept-encoding': accepted })
    const bytes = compressed(contents['line-CCCC.js']).length
    expect([headers['content-encoding'], headers['content-length']]).toEqual([encoding, String(bytes)])
    const other = await get(path, { 'accept-encoding': 'identity', 'if-none-match': String(headers.etag) })
    expect(other.status).toBe(encoding === undefined ? 304 : 200)
  })

  test('can be asked about without its content', async () => {
    const { status, headers, text: body } = await get('/embed/line-CCCC.js', {}, server, 'HEAD')
    expect([status, headers['content-length'], body]).toEqual([
      200,
      String(contents['line-CCCC.js'].length),
      '',
    ])
  })

  test.each([
    ['/embed/line-CCCC.js.map', 'application/json; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/embed/licenses.txt', 'text/plain; charset=utf-8', 'public, max-age=300'],
    ['/embed/integrity.json', 'application/json; charset=utf-8', 'public, max-age=300'],
  ])('%s has its own type and age', async (path, type, age) => {
    const { headers } = await get(path)
    expect([headers['content-type'], headers['cache-control']]).toEqual([type, age])
  })

  test('is described by the manifest, which anyone may read', async () => {
    const { text: body } = await get('/embed/integrity.json')
    expect(JSON.parse(body).files['tessera-1.0.0-AAAA.js'].integrity).toBe(
      integrityOf(contents['tessera-1.0.0-AAAA.js']),
    )
  })
})

describe('what is no file of a manifest', () => {
  test.each([
    '/embed/',
    '/embed/secret.txt',
    '/embed/line-CCCC.js.br',
    '/embed/../package.json',
    '/embed/%2e%2e/package.json',
    '/embed/..%2f..%2fpackage.json',
    '/embed/./tessera.js',
    '/embed//etc/passwd',
    '/embed/toString',
    '/embed/inputs.json',
  ])('does not exist: %s', async (path) => {
    expect(await refusal(get(path))).toEqual(notFound)
  })

  test('cannot be written either', async () => {
    expect(await refusal(get('/embed/tessera.js', {}, server, 'PUT'))).toEqual(notFound)
  })

  test('is everything where nothing was built', async () => {
    expect(await refusal(get('/embed/tessera.js', {}, unbuilt))).toEqual(notFound)
    expect(await refusal(get(`/embed/frame?parent=${parent}`, {}, unbuilt))).toEqual(notFound)
  })
})

describe('the page of an iframe', () => {
  test('runs our own scripts alone, and only inside the page that it names', async () => {
    const { status, headers, text: body } = await get(`/embed/frame?parent=${encodeURIComponent(parent)}`)
    const style = createHash('sha256').update('html,body{margin:0;background:transparent}').digest('base64')
    expect([status, String(headers['content-security-policy']).split('; ')]).toEqual([
      200,
      [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'sha256-${style}'`,
        "connect-src 'self'",
        'img-src data: blob:',
        "base-uri 'none'",
        "form-action 'none'",
        `frame-ancestors ${parent}`,
      ],
    ])
    expect(body.match(/<script[^>]*>/g)).toEqual(
      (['tessera-1.0.0-AAAA.js', 'frame-1.0.0-BBBB.js'] as const).map(
        (name) =>
          `<script type="module" src="./${name}" integrity="${integrityOf(contents[name])}" crossorigin>`,
      ),
    )
  })

  test.each([
    '',
    '?parent=',
    '?parent=https://evil.example',
    '?parent=*',
    `?parent=${parent}/`,
    `?parent=${parent}&parent=${parent}`,
    `?parent=${parent}%20https://evil.example`,
  ])('does not exist for %s', async (query) => {
    expect(await refusal(get(`/embed/frame${query}`))).toEqual(notFound)
  })

  test.each(['http://a;sandbox', 'http://a,b', "http://'self'", 'null', 'file://', 'http://*.example', '*'])(
    'lets no parent write the policy, even where any may be one: %s',
    async (hostile) => {
      const query = `?parent=${encodeURIComponent(hostile)}`
      expect(await refusal(get(`/embed/frame${query}`, {}, anywhere))).toEqual(notFound)
    },
  )

  test('names one parent also where it is allowed with a star', async () => {
    const at = (from: string) => get(`/embed/frame?parent=${from}`)
    const { headers } = await at('https://eu.shops.example')
    expect(headers['content-security-policy']).toMatch(/; frame-ancestors https:\/\/eu\.shops\.example$/)
    expect(await refusal(at('https://shops.example'))).toEqual(notFound)
    expect(await refusal(at('https://*.shops.example'))).toEqual(notFound)
  })

  test('is for any one parent where every origin is allowed', async () => {
    const { headers } = await get('/embed/frame?parent=http://127.0.0.1:5000', {}, anywhere)
    expect(headers['content-security-policy']).toMatch(/; frame-ancestors http:\/\/127\.0\.0\.1:5000$/)
  })
})
