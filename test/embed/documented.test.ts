import { readdir, readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'

const embed = new URL('../../src/embed/', import.meta.url)

let sources: string
let page: string

beforeAll(async () => {
  const files = (await readdir(embed, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, embed), 'utf8')))
  sources = texts.join('\n')
  page = await readFile(new URL('../../docs/embedding.md', import.meta.url), 'utf8')
})

function namesIn(text: string, pattern: RegExp): readonly string[] {
  const names = [...text.matchAll(pattern)].flatMap(([, list = '']) => list.split(/,? /))
  return [...new Set(names)].sort()
}

describe('docs/embedding.md names', () => {
  test('every custom property that is read, and no other', () => {
    const read = namesIn(sources, /var\(\s*(--tessera-[a-z-]+[a-z])\b/g)
    const inThemes = namesIn(sources, /'(--tessera-[a-z-]+)'/g)
    const known = [...new Set([...read, ...inThemes])].filter((name) => name !== '--tessera-color').sort()
    const told = namesIn(page, /`(--tessera-[a-z-]+)`/g)
    expect(told).toEqual(known)
  })

  test('every part, and no other', () => {
    const parts = namesIn(sources, /[^a-z]part="([a-z -]+)"/g)
    const list = /Parts, for `::part\(…\)`: ([^.]+)\./.exec(page)?.[1] ?? ''
    expect(namesIn(list, /`([a-z-]+)`/g)).toEqual(parts)
  })
})
