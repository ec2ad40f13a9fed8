export interface LiveLimits {
  /** Subscriptions at a time. */
  readonly streamsPerToken: number
  readonly streamsPerTenant: number
  /** Different questions at a time, however many watch each. */
  readonly questionsPerTenant: number
}
