/** Loads scanlink_core.node and gives it the shape of native.ts: its errors become AppError of the catalogue. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppError } from '@scanlink/protocol';
import type { NativeCore, Output, Pipeline, Probe } from './native.ts';

const ADDON = 'scanlink_core.node';
const addonPath = fileURLToPath(new URL(`../../build/release/${ADDON}`, import.meta.url));
const nativeCodes = ['NAT_BAD_ARGUMENT', 'NAT_ENCODER', 'NAT_NO_FRAME', 'NAT_STILL_WRITE'] as const;

/**
 * The native core.
 * @param path the addon, when it lies elsewhere than where scripts/build-native.sh puts it (an image).
 * @throws NAT_ADDON_MISSING when it is not built, or was built for another machine.
 */
export function loadCore(path: string = addonPath): NativeCore {
  const core = requireAddon(path);
  return {
    version: core.version,
    monotonicUs: () => core.monotonicUs(),
    createPipeline: (handle, options) => wrapPipeline(translated(() => core.createPipeline(handle, options))),
    createProbe: (handle, options) => wrapProbe(translated(() => core.createProbe(handle, options))),
  };
}

function requireAddon(path: string): NativeCore {
  try {
    return createRequire(import.meta.url)(path) as NativeCore;
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' ? 'file is missing' : firstLine(cause);
    throw new AppError('NAT_ADDON_MISSING', { addon: ADDON, detail }, { cause });
  }
}

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '';

/** An error of the addon (message is the detail, `code` a NAT_ code) as AppError; anything else as it is. */
export function fromNative(thrown: unknown): unknown {
  const code = nativeCodes.find((each) => each === (thrown as { code?: unknown } | null)?.code);
  return code === undefined ? thrown : new AppError(code, { detail: firstLine(thrown) }, { cause: thrown });
}

function translated<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (thrown) {
    throw fromNative(thrown);
  }
}

function wrapPipeline(native: Pipeline): Pipeline {
  return {
    addOutput: (options, onAccessUnit) => wrapOutput(translated(() => native.addOutput(options, onAccessUnit))),
    onStatus: (listener) => translated(() => native.onStatus(listener)),
    status: () => translated(() => native.status()),
    still: async (path) => {
      try {
        return await native.still(path);
      } catch (thrown) {
        throw fromNative(thrown);
      }
    },
    preview: (path, widthPx) => translated(() => native.preview(path, widthPx)),
    close: () => native.close(),
  };
}

function wrapOutput(native: Output): Output {
  return {
    forceKeyFrame: () => native.forceKeyFrame(),
    setBitrateKbps: (kbps) => translated(() => native.setBitrateKbps(kbps)),
    stats: () => native.stats(),
    close: () => native.close(),
  };
}

function wrapProbe(native: Probe): Probe {
  return {
    takeFrames: () => native.takeFrames(),
    takeSignals: () => native.takeSignals(),
    hold: (n) => translated(() => native.hold(n)),
    close: () => native.close(),
  };
}
