/**
 * The simulated console as a capture driver (scanlink_sim.node). It plays what a console would put out: a drawn phantom,
 * a DICOM, PNG, JPEG or video file, or a folder of these, in any timing of protocol/src/timing.ts.
 */
import { AppError, parseTiming, type Timing } from '@scanlink/protocol';
import { loadAddon } from '../native/load-addon.ts';
import type { CaptureDriver, CaptureHandle, CaptureInput, OpenOptions } from './capture.ts';

/** Latin from the first, Chinese from the second; one of them is enough to open. */
const FONT_PATHS = ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc'];
const DEFAULT_TIMING = '1280x720p30';

interface NativeInput {
  readonly device: string;
  readonly handle: CaptureHandle;
  command(name: string, timing?: Timing): void;
  close(): void;
}
interface NativeSim {
  open(options: { source: string; timing: Timing; pixelFormat: string; timeCode: boolean; fontPaths: readonly string[] }): Promise<NativeInput>;
}

export interface SimDriverOptions {
  /** The addon, when it lies elsewhere than where scripts/build-native.sh puts it. */
  readonly addonPath?: string;
  readonly fontPaths?: readonly string[];
}

/**
 * The driver of simulated consoles; the addon is loaded with the first open(), so that a build without it says so then.
 *
 * open(): `source` is `phantom` (default), `none` (a phantom with its cable out: `plug` puts it in) or a path; the kind
 * of a file is told by its content. `timing` defaults to 1280x720p30, `pixelFormat` to YUYV. Decoding happens off the
 * JavaScript thread. Interlaced timings open in state `unsupported`, detail `interlaced`.
 *
 * Commands take effect at once. `hold`: frames keep coming and are byte-equal from the third one on; with `timeCode` the
 * time code (and only that) runs on. `stall`: no frames, the state stays `locked`. `timing`: 100 ms of `no-lock`, then
 * `locked` with the new format. `plug` ends each of unplug, no-lock, out-of-range and protected. A timing set while
 * unplugged or protected is shown after `plug`; after no-lock or out-of-range it brings the signal back by itself.
 *
 * @throws (open) DEV_SOURCE_UNREADABLE, DEV_SOURCE_UNSUPPORTED, DEV_SOURCE_NO_FRAMES, DEV_FONTS_MISSING,
 * CFG_UNKNOWN_TIMING, NAT_ADDON_MISSING where the addon is not built.
 */
export function createSimDriver(options: SimDriverOptions = {}): CaptureDriver {
  const fontPaths = options.fontPaths ?? FONT_PATHS;
  return {
    name: 'sim',
    list: async () => (hasAddon(options.addonPath) ? [{ driver: 'sim', device: 'sim:phantom', inputs: ['main'], simulated: true }] : []),
    open: async (request: OpenOptions) => {
      const timing = parseTiming(request.timing ?? DEFAULT_TIMING);
      const native = await openNative(loadAddon('scanlink_sim.node', options.addonPath) as NativeSim, {
        source: request.source ?? 'phantom', timing, pixelFormat: request.pixelFormat ?? 'YUYV', timeCode: request.timeCode ?? false, fontPaths,
      });
      return wrapInput(native);
    },
  };
}

/** False in a build without the simulated console. */
function hasAddon(path?: string): boolean {
  try {
    loadAddon('scanlink_sim.node', path);
    return true;
  } catch {
    return false;
  }
}

const SOURCE_CODES = ['DEV_SOURCE_UNREADABLE', 'DEV_SOURCE_UNSUPPORTED', 'DEV_SOURCE_NO_FRAMES', 'DEV_FONTS_MISSING'] as const;

async function openNative(sim: NativeSim, options: Parameters<NativeSim['open']>[0]): Promise<NativeInput> {
  try {
    return await sim.open(options);
  } catch (thrown) {
    const code = SOURCE_CODES.find((each) => each === (thrown as { code?: unknown }).code);
    if (code === undefined) throw thrown;
    throw new AppError(code, { detail: (thrown as Error).message }, { cause: thrown });
  }
}

function wrapInput(native: NativeInput): CaptureInput {
  return {
    driver: 'sim',
    device: native.device,
    simulated: true,
    handle: native.handle,
    command(request) {
      if (request.command !== 'timing') {
        native.command(request.command);
        return;
      }
      native.command('timing', parseTiming(request.timing ?? ''));
    },
    close: async () => native.close(),
  };
}
