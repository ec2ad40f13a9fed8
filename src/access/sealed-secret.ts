/** What the value of a data source's secret is bound to: sealed for one name of one environment, it opens for no other. */
export function secretContext({ environmentId, name }: SecretPlace): string {
  return `data source secret ${environmentId} ${name}`
}

export interface SecretPlace {
  readonly environmentId: string
  readonly name: string
}
