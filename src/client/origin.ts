/** @throws TypeError: with any other target, the token could reach whoever is there by then */
export function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
  throw new TypeError('origin is that of an address alone, such as https://analytics.example.com')
}
