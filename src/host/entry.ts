export {
  TesseraError,
  type TesseraErrorCode,
  type TesseraErrorDetails,
} from '../client/tessera-error.ts'
export type { CreateGuestTokenInput, RevokeGuestTokensInput } from './documents.generated.ts'
export {
  createTesseraHost,
  type GuestToken,
  type HostCallOptions,
  type TesseraHost,
  type TesseraHostOptions,
} from './host.ts'
export { type TokenEndpointOptions, tokenEndpoint } from './token-endpoint.ts'
