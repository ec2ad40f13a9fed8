import type { Atlas } from './atlas.ts'

/** A map is a file of its own, that comes when the first widget needs it. */
export async function loadAtlas(regions: 'us-states' | 'world'): Promise<Atlas> {
  const loaded =
    regions === 'world' ? await import('./world.generated.ts') : await import('./us-states.generated.ts')
  return loaded.atlas
}
