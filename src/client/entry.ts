export {
  createTesseraClient,
  type LiveAnswer,
  type PartialAnswer,
  type TesseraClient,
  type TesseraClientOptions,
} from './client.ts'
export * from './documents.generated.ts'
export type { Value } from './scalars.ts'
export { TesseraError, type TesseraErrorCode, type TesseraErrorDetails } from './tessera-error.ts'
export { type TokenOptions, type TokenSource, tokenFrom } from './tokens.ts'
export type { TypedDocument } from './typed-document.ts'
