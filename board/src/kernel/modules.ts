import type { Board } from '../schema/board.ts';

/** What a kernel's folder lib/modules/VERSION holds. Names as canonicalName makes them. */
export interface KernelModules {
  readonly version: string;
  readonly builtIn: ReadonlySet<string>;
  /** Module files that are really there, with the modules that each depends on (modules.dep; empty where depmod has not run). */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** A module that a board needs: who needs it, and which part of its dependencies is missing (itself, when it is not there). */
export interface MissingModule { readonly module: string; readonly neededBy: string; readonly missing: string }

/** `kernel/drivers/usb/uvc/uvcvideo.ko.xz`, `venus-enc` and `venus_enc` are each one name: the kernel takes `-` for `_`. */
export function canonicalName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ko(?:\.\w+)?$/, '').replaceAll('-', '_');
}

/** Every module that a board names, with the key that names it, in the file's order. */
export function listNeededModules(board: Board): readonly { readonly module: string; readonly neededBy: string }[] {
  const from = (neededBy: string, modules: readonly string[] = []) => modules.map((module) => ({ module, neededBy }));
  return [
    ...from('modules', board.modules),
    ...board.capture.flatMap(({ modules }, index) => from(`capture[${index}].modules`, modules)),
    ...from('encoder.modules', board.encoder.kind === 'v4l2-m2m' ? board.encoder.modules : []),
    ...board.serial.flatMap(({ modules }, index) => from(`serial[${index}].modules`, modules)),
    ...from('display.modules', board.display?.modules),
    ...from('secureElement.modules', board.secureElement?.modules),
    ...from('watchdog.modules', board.watchdog?.modules),
  ];
}

/**
 * The modules of a board that a kernel does not have, neither as a file nor built in, and those with a dependency that it
 * does not have (an image keeps a part of the kernel's modules, and a driver without its dependency does not load).
 */
export function findMissingModules(board: Board, kernel: KernelModules): readonly MissingModule[] {
  return listNeededModules(board).flatMap(({ module, neededBy }) => {
    const missing = findGap(canonicalName(module), kernel, new Set());
    return missing === null ? [] : [{ module, neededBy, missing }];
  });
}

/** The first of a module and its dependencies that is not there; null when all are. */
function findGap(name: string, kernel: KernelModules, seen: Set<string>): string | null {
  if (kernel.builtIn.has(name) || seen.has(name)) return null;
  const dependencies = kernel.files.get(name);
  if (!dependencies) return name;
  seen.add(name);
  for (const dependency of dependencies) {
    const gap = findGap(dependency, kernel, seen);
    if (gap !== null) return gap;
  }
  return null;
}
