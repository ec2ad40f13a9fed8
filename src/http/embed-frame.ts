import { createHash } from 'node:crypto'
import { isOrigin } from '../access/origins.ts'
import { TesseraError } from '../errors.ts'
import { answerError, type Exchange } from './answer.ts'
import type { AllowsOrigin } from './cors.ts'
import type { EmbedFiles } from './embed-files.ts'

export const framePath = '/embed/frame'

const style = 'html,body{margin:0;background:transparent}'

/**
 * The page for an iframe: the elements on our own origin, which get their token from the page around them by
 * postMessage. It names the one origin that may stand around it, and the browser holds it to that.
 */
export function answerFrame(exchange: Exchange, embed: EmbedFiles, allows: AllowsOrigin): void {
  const { request, response } = exchange
  const parents = new URLSearchParams(request.url?.split('?')[1] ?? '').getAll('parent')
  const [parent = ''] = parents
  const scripts = scriptsOf(embed, ['tessera.js', 'frame.js'])
  if (parents.length !== 1 || !isFrameParent(parent, allows) || scripts === null) {
    answerError(exchange, new TesseraError('NOT_FOUND'))
    return
  }
  const page = pageOf(scripts)
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'content-security-policy': policyFor(parent),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : page)
}

function pageOf(scripts: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Analytics</title>
<style>${style}</style>
${scripts}
</head>
<body></body>
</html>
`
}

/** An origin in the form that browsers send, without the `;` and `,` that a URL's host may have and a policy may not. */
const plainOrigin = /^https?:\/\/([a-z\d._-]+|\[[\da-f:.]+\])(:\d+)?$/

/** `*` lets any page ask, but each only for itself. */
function isFrameParent(parent: string, allows: AllowsOrigin): boolean {
  return allows(parent) && isOrigin(parent) && plainOrigin.test(parent)
}

/** By relative addresses, so that a prefix before /embed/ changes nothing. */
function scriptsOf({ files, entries }: EmbedFiles, stableNames: readonly string[]): string | null {
  const tags = stableNames.flatMap((stable) => {
    const name = entries[stable]
    const file = files.get(name ?? '')
    if (file === undefined) return []
    return `<script type="module" src="./${name}" integrity="${file.integrity}" crossorigin></script>`
  })
  return tags.length === stableNames.length ? tags.join('\n') : null
}

function policyFor(parent: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "connect-src 'self'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${parent}`,
  ].join('; ')
}
