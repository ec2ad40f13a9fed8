/**
 * A guest token without any package: one POST. Any backend language can do the same.
 * @throws Error with the code of the API
 */
export async function createGuestToken(
  tessera: { readonly url: string; readonly apiKey: string },
  input: { readonly tenantId: string; readonly [grant: string]: unknown },
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const query = `mutation ($input: CreateGuestTokenInput!) {
    createGuestToken(input: $input) { token expiresAt }
  }`
  const response = await fetch(`${tessera.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tessera.apiKey}` },
    body: JSON.stringify({ query, variables: { input } }),
    signal: AbortSignal.timeout(10_000),
  })
  const { data, errors } = await response.json()
  // A token is the right to see figures: it goes to its viewer and into no log.
  if (errors !== undefined) throw new Error(`No guest token: ${errors[0].extensions.code}`)
  return data.createGuestToken
}
