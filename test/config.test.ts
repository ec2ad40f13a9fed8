import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Config, ConfigError, readConfig, settings } from '../src/config.ts'

const secret = 'hunter2-do-not-print'

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the documented list of settings', () => {
  test('is that of the code', () => {
    const rows = Object.entries(settings).map(
      ([name, { about, expected, ...rest }]) =>
        `| \`${name}\` | ${about} | ${expected} | ${'default' in rest ? `\`${rest.default}\`` : 'unset'} |`,
    )
    const documented = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8')
    expect(documented.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
  })
})

describe('an environment with nothing in it', () => {
  test('gives the defaults, frozen', () => {
    const config: Config = readConfig({})
    expect(Object.isFrozen(config)).toBe(true)
    expect(config).toEqual({
      port: 4000,
      host: '127.0.0.1',
      exportRowsMax: 1_000_000,
      answerBytesMax: 20_000_000,
      unsentBytesMax: 200_000_000,
      dataFolder: resolve('./data'),
      databaseUrl: undefined,
      clickhouseUrls: undefined,
      dataSources: {
        variables: { listed: [], values: new Map() },
        networks: null,
        openMax: 50,
        connections: 10,
      },
      region: { own: null, urls: new Map() },
      bootstrapApiKey: undefined,
      encryptionKey: undefined,
      previousEncryptionKey: undefined,
      issuer: 'tessera',
      audience: 'tessera',
      jwksNetworks: [],
      storeOutageSeconds: 60,
      allowedOrigins: [],
      live: { streamsPerToken: 20, streamsPerTenant: 5000, questionsPerTenant: 1000 },
      rates: {
        perToken: 6_000,
        perTenant: 60_000,
        perApiKey: 60_000,
        perAddress: 120_000,
        mintedPerApiKey: 6_000,
        mintedPerTenant: 3_000,
        refusedPerAddress: 300,
      },
      proxyTrust: { proxies: [], header: 'x-forwarded-for' },
      auditRetentionDays: 400,
      alerts: {
        thresholds: { refusalsPerMinute: 100, networksPerHour: 5, tokenSeconds: 43_200 },
        url: undefined,
        secret: undefined,
        allowedNetworks: [],
      },
      logLevel: 'info',
      production: false,
    })
  })

  test('is the same as one with empty variables', () => {
    expect(readConfig({ PORT: '', HOST: '', DATABASE_URL: '' })).toEqual(readConfig({}))
  })
})

describe('a wrong variable', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '4000x'],
    ['PORT', '0x10'],
    ['HOST', 'not a host'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/8, example.com'],
    ['TESSERA_FORWARDED_HEADER', 'x-real-ip'],
    ['LOG_LEVEL', 'loud'],
    ['TESSERA_ISSUER', 'two words'],
    ['TESSERA_ALLOWED_ORIGINS', 'https://app.example.com/path'],
  ]
  test.each(wrong)('is named, with what was given and what would be right: %s=%s', (name, text) => {
    const entry = new Map(Object.entries(settings)).get(name)
    expect(problemsOf({ [name]: text })).toEqual([
      `${name}: expected ${entry?.expected}, not ${JSON.stringify(text)}.`,
    ])
  })

  const secrets: readonly (readonly [string, string])[] = [
    ['DATABASE_URL', `mysql://user:${secret}@host/database`],
    ['DATABASE_URL', secret],
    ['CLICKHOUSE_URL', `postgres://user:${secret}@host`],
    ['CLICKHOUSE_URL', `http://user:${secret}@host:8123/database`],
    ['CLICKHOUSE_URL', `http://user:${secret}@host:8123,`],
    ['TESSERA_BOOTSTRAP_API_KEY', secret],
    ['TESSERA_ENCRYPTION_KEY', secret],
    ['TESSERA_ENCRYPTION_KEY', 'A'.repeat(42)],
    ['TESSERA_ENCRYPTION_KEY', '0'.repeat(64)],
    ['TESSERA_ENCRYPTION_KEY_PREVIOUS', secret],
    ['TESSERA_ALERT_WEBHOOK_URL', `ftp://user:${secret}@host`],
    ['TESSERA_ALERT_WEBHOOK_SECRET', 'short'],
  ]
  test.each(secrets)('that may be a secret is named and never shown: %s', (name, text) => {
    const entry = new Map(Object.entries(settings)).get(name)
    expect(problemsOf({ [name]: text })).toEqual([`${name}: expected ${entry?.expected}.`])
  })

  test('is a webhook without what its messages are signed with', () => {
    expect(problemsOf({ TESSERA_ALERT_WEBHOOK_URL: 'https://hooks.example.com/x' })).toEqual([
      `TESSERA_ALERT_WEBHOOK_SECRET: expected ${settings.TESSERA_ALERT_WEBHOOK_SECRET.expected}.`,
    ])
  })

  test('does not hide the others: all stand in one message', () => {
    const read = () => readConfig({ PORT: 'x', TESSERA_ENCRYPTION_KEY: secret, LOG_LEVEL: 'loud' })
    expect(read).toThrow(
      [
        'The configuration is wrong.',
        `  PORT: expected ${settings.PORT.expected}, not "x".`,
        `  TESSERA_ENCRYPTION_KEY: expected ${settings.TESSERA_ENCRYPTION_KEY.expected}.`,
        `  LOG_LEVEL: expected ${settings.LOG_LEVEL.expected}, not "loud".`,
      ].join('\n'),
    )
  })
})

describe('a key', () => {
  test.each([
    ['base64', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    ['hexadecimal', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'],
  ])('may be given in %s', (_, text) => {
    expect(readConfig({ TESSERA_ENCRYPTION_KEY: text }).encryptionKey?.export()).toEqual(
      Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
    )
  })
})
