/** Loads scanlink_core.node and gives it the shape of native.ts: its errors become AppError of the catalogue. */
import { AppError, toAppError } from '@scanlink/protocol';
import { firstLine, loadAddon } from './load-addon.ts';
import type { NativeCore, Output, OutputStats, Pipeline } from './native.ts';

const nativeCodes = ['NAT_BAD_ARGUMENT', 'NAT_CROP_MISFIT', 'NAT_ENCODER', 'NAT_ENCODER_MISSING', 'NAT_FRAME_ACCESS', 'NAT_NO_FRAME', 'NAT_PREVIEW', 'NAT_STILL_WRITE'] as const;

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
    addOutput: (options, onAccessUnit) => wrapOutput(translated(() => native.addOutput(options, onAccessUnit) as unknown as NativeOutput)),
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

/** The addon's own: `encoderFault` is what an error of it would carry. */
type NativeOutput = Omit<Output, 'stats'> & { stats(): Omit<OutputStats, 'encoderFault'> & { encoderFault: { code: string; detail: string } | null } };

function wrapOutput(native: NativeOutput): Output {
  return {
    forceKeyFrame: () => native.forceKeyFrame(),
    setBitrateKbps: (kbps) => translated(() => native.setBitrateKbps(kbps)),
    stats: () => {
      const { encoderFault: fault, ...stats } = native.stats();
      return { ...stats, encoderFault: fault && toAppError(fromNative(Object.assign(new Error(fault.detail), { code: fault.code }))) };
    },
    close: () => native.close(),
  };
}
