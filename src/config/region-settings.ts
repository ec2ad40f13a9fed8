import { z } from 'zod'
import { isUrl, setting } from './setting.ts'

const name = /^[a-z][a-z0-9_-]{0,39}$/

/** Of tenants who are answered for in one region alone. */
export const regionSettings = {
  TESSERA_REGION: setting({
    schema: z.string().regex(name),
    expected: 'a name of at most 40 lowercase letters, digits, - and _, such as eu',
    about:
      'The region that this server is in. Tenants who are pinned to another one are refused with WRONG_REGION before anything is asked for them, and so is every pinned tenant where this is not set.',
  }),
  TESSERA_REGION_URLS: setting({
    schema: z.string().transform(parseUrls),
    expected:
      'names and addresses between commas, such as eu=https://eu.example.com, us=https://us.example.com',
    about:
      'Where the servers of each region are: the refusal of a tenant who is pinned to another region says it.',
  }),
} as const

function parseUrls(text: string, context: z.RefinementCtx): ReadonlyMap<string, string> {
  const pairs = text.split(',').map((part) => {
    const [region = '', ...rest] = part.trim().split('=')
    return [region, rest.join('=')] as const
  })
  if (pairs.every(([region, url]) => name.test(region) && isUrl(url, ['http:', 'https:'])))
    return new Map(pairs)
  context.addIssue('not addresses of regions')
  return z.NEVER
}
