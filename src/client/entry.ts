export {
  createTesseraClient,
  type LiveAnswer,
  type PartialAnswer,
  type TesseraClient,
  type TesseraClientOptions,
} from './client.ts'
export {
  type AskedWidget,
  type ChosenControls,
  type DashboardData,
  type DashboardDataQuestion,
  dashboardDataDocument,
  type WidgetArguments,
  type WidgetData,
  widgetArguments,
} from './dashboard-data.ts'
export * from './documents.generated.ts'
export { connectTesseraFrame, type FrameConnection, type FrameElement, type FrameOptions } from './frame.ts'
export { forgetTokens } from './page-session.ts'
export type { Value } from './scalars.ts'
export { sharedTokens } from './shared-tokens.ts'
export { TesseraError, type TesseraErrorCode, type TesseraErrorDetails } from './tessera-error.ts'
export { type TokenOptions, type TokenSource, tokenFrom } from './tokens.ts'
export type { TypedDocument } from './typed-document.ts'
export { type WidgetState, widgetStates } from './widget-states.ts'
