import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import { findPlaces } from '@scanlink/protocol/lib/places';

/** Where an addon lies unless said otherwise. */
export const addonPath = (name: string): string => join(findPlaces().addonsDir, name);

/**
 * A native addon's exports, as they are.
 * @param name file name, e.g. `scanlink_core.node`.
 * @param path the addon, when it lies elsewhere than where scripts/build-native.sh puts it (an image).
 * @throws NAT_ADDON_MISSING when it is not built, or was built for another machine.
 */
export function loadAddon(name: string, path?: string): unknown {
  try {
    return createRequire(import.meta.url)(path ?? addonPath(name));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    throw new AppError('NAT_ADDON_MISSING', { addon: name, detail: missing ? 'file is missing' : firstLine(cause) }, { cause });
  }
}

/** An error's message up to its first line break: what follows may name paths of the machine. */
export const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '';
