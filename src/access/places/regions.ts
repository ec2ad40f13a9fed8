import { TesseraError } from '../../errors.ts'

/** Which region's tenants this process may answer for, and where the others are answered. */
export interface Regions {
  /** Whether the operator says anything of regions. */
  readonly areUsed: boolean
  /** Whether a tenant with this pin may be answered here; one without a pin may be anywhere. */
  isHere(pin: string | null): boolean
  /** @throws TesseraError WRONG_REGION with the address of the region */
  require(pin: string | null): void
}

/** @param urls by region */
export function createRegions(own: string | null, urls: ReadonlyMap<string, string>): Regions {
  const isHere = (pin: string | null) => pin === null || pin === own
  return Object.freeze({
    areUsed: own !== null || urls.size > 0,
    isHere,
    require(pin: string | null) {
      if (pin === null || isHere(pin)) return
      const url = urls.get(pin)
      throw new TesseraError('WRONG_REGION', { region: { name: pin, ...(url !== undefined && { url }) } })
    },
  })
}
