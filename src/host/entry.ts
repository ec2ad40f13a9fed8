export type { CreateGuestTokenInput } from './documents.generated.ts'
