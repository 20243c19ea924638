/** Loads scanlink_core.node and gives it the shape of native.ts: its errors become AppError of the catalogue. */
import { AppError } from '@scanlink/protocol';
import { firstLine, loadAddon } from './load-addon.ts';
import type { NativeCore, Output, Pipeline } from './native.ts';

const nativeCodes = ['NAT_BAD_ARGUMENT', 'NAT_CROP_MISFIT', 'NAT_ENCODER', 'NAT_FRAME_ACCESS', 'NAT_NO_FRAME', 'NAT_PREVIEW', 'NAT_STILL_WRITE'] as const;

/**
 * The native core.
 * @param path the addon, when it lies elsewhere than where scripts/build-native.sh puts it (an image).
 * @throws NAT_ADDON_MISSING when it is not built, or was built for another machine.
 */
export function loadCore(path?: string): NativeCore {
  const core = loadAddon('scanlink_core.node', path) as NativeCore;
  return {
    monotonicUs: () => core.monotonicUs(),
    createPipeline: (handle, options) => wrapPipeline(translated(() => core.createPipeline(handle, options))),
  };
}

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
    still: async (path, framing) => {
      try {
        return await native.still(path, framing);
      } catch (thrown) {
        throw fromNative(thrown);
      }
    },
    preview: (path, options = {}) => translated(() => native.preview(path, options)),
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
