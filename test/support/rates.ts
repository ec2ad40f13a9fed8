import { createRates, type Rates } from '../../src/access/rates/rates.ts'
import { createWindows } from '../../src/access/rates/windows.ts'
import { readConfig } from '../../src/config.ts'

/** So many that no test that is about something else comes near. */
export const generousRates: Readonly<Record<string, string>> = {
  TESSERA_RATE_PER_TOKEN: '1000000',
  TESSERA_RATE_PER_TENANT: '1000000',
  TESSERA_RATE_PER_API_KEY: '1000000',
  TESSERA_RATE_PER_ADDRESS: '1000000',
  TESSERA_MINT_RATE_PER_API_KEY: '1000000',
  TESSERA_MINT_RATE_PER_TENANT: '1000000',
  TESSERA_REFUSED_RATE_PER_ADDRESS: '1000000',
}

/** Of one process. */
export function testRates(environment: Readonly<Record<string, string>> = generousRates): Rates {
  return createRates(createWindows(), readConfig(environment).rates)
}
