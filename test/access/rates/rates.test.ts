import { expect, test } from 'vitest'
import { addressGroup } from '../../../src/access/rates/address-group.ts'
import { caught } from '../../support/caught.ts'
import { testRates } from '../../support/rates.ts'
import { testScope } from '../../support/scope.ts'

test('what subscriptions ask is paid by the tenant, and by none of its tokens', async () => {
  const rates = testRates({ TESSERA_RATE_PER_TOKEN: '5', TESSERA_RATE_PER_TENANT: '20' })
  const scope = testScope('acme')
  await rates.live(scope)(10)
  await rates.guest(scope, null)(5)
  await rates.live(scope)(5)
  expect(await caught(rates.live(scope)(1))).toMatchObject({
    code: 'RATE_LIMITED',
    message:
      'Too many requests. Expected at most 20 requests a minute for one tenant, each question counted as one.',
  })
})

test.each([
  [null, 'unknown'],
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:a:b:c:d', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0001::', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::192.0.2.7', 'fe80:0:0:0::/64'],
  ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
])('%s is counted as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group)
})
