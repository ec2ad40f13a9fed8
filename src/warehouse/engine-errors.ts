import type { TesseraError } from '../errors.ts'

/** Texts of engines and drivers, which may hold SQL, names and hosts: kept where no serializer of errors finds them. */
const engineErrors = new WeakMap<TesseraError, Error>()

/** The failure, with what the engine said of it kept beside. */
export function keepEngineError(failure: TesseraError, error: unknown): TesseraError {
  if (error instanceof Error) engineErrors.set(failure, error)
  return failure
}

/** The engine's own words, which may hold SQL and parameters: never for a log or a client. */
export function engineErrorOf(failure: TesseraError): Error | undefined {
  return engineErrors.get(failure)
}
