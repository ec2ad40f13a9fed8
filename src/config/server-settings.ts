import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { serverUrl } from '../catalogue/server-url.ts'
import { isUrl, setting } from './setting.ts'

/** Where the server stands, and its data. */
export const serverSettings = {
  PORT: setting({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((port) => port <= 65_535),
    default: '4000',
    expected: 'a whole number from 0 to 65535, where 0 takes a free one',
    about: 'The port that the server listens on.',
  }),
  HOST: setting({
    schema: z
      .string()
      .refine((host) => isIP(host) !== 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(host)),
    default: '127.0.0.1',
    expected: 'an IP address or a host name, such as 127.0.0.1, or 0.0.0.0 for every interface',
    about: 'The address that the server listens on. By default it can be reached from this machine alone.',
  }),
  DATA_DIR: setting({
    schema: z
      .string()
      .refine((path) => !path.includes('\0'))
      .transform((path) => resolve(path)),
    default: './data',
    expected: 'the path of a folder that can be written to',
    about: 'Where the embedded store and warehouse keep their files, and what the process made for itself.',
  }),
  DATABASE_URL: setting({
    schema: z.string().refine((text) => isUrl(text, ['postgres:', 'postgresql:'])),
    expected: 'postgresql://user:password@host:5432/database',
    about: 'The PostgreSQL that everything but the figures is kept in. Without it: PGlite, in DATA_DIR.',
    secret: true,
  }),
  CLICKHOUSE_URL: setting({
    schema: z
      .string()
      .transform((text): readonly string[] => Object.freeze(text.split(',').map((url) => url.trim())))
      .refine((urls) => urls.every((url) => serverUrl('clickhouse', url) !== null)),
    expected: 'http://user:password@host:8123 or the same with https, several between commas',
    about:
      'The ClickHouse server that has the rows. Of several addresses the first that answers is asked. Without it: chDB inside the process, in DATA_DIR.',
    secret: true,
  }),
} as const
