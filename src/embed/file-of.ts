import { TesseraError } from '../client/tessera-error.ts'

/**
 * A file of the elements' own that is loaded when it is needed.
 * @throws TesseraError NOT_LOADED in place of what each browser says where it does not come
 */
export async function fileOf<Module>(file: Promise<Module>): Promise<Module> {
  try {
    return await file
  } catch {
    throw new TesseraError('NOT_LOADED', 'A file of the elements did not load.')
  }
}
