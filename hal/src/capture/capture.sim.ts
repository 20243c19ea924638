/**
 * The simulated console as a capture driver (scanlink_sim.node). It plays what a console would put out: a drawn phantom,
 * a DICOM, PNG, JPEG or video file, or a folder of these, in any timing of protocol/src/timing.ts.
 */
import { existsSync } from 'node:fs';
import { AppError, CAPTURE_DRIVERS, parseTiming, type SimDevice, type Timing } from '@scanlink/protocol';
import { FONT_PATHS } from '../font-paths.ts';
import { addonPath as defaultAddonPath, loadAddon } from '../native/load-addon.ts';
import type { CaptureDriver, CaptureHandle, OpenOptions, SimulatedConsole } from './capture.ts';

const ADDON = 'scanlink_sim.node';
const DEFAULT_TIMING = '1280x720p30';
const NAME = 'sim';

interface NativeInput {
  readonly device: string;
  readonly handle: CaptureHandle;
  /** A file was decoded without a filter of system calls. */
  readonly unfiltered: boolean;
  command(name: string, timing?: Timing): void;
  close(): Promise<void>;
}
interface NativeSim {
  open(options: { source: string; timing: Timing; pixelFormat: string; timeCode: boolean; fontPaths: readonly string[]; mayRunUnfiltered: boolean }):
    { readonly opened: Promise<NativeInput>; readonly cancel: () => void };
}

export interface SimDriverOptions {
  /** The addon, when it lies elsewhere than where scripts/build-native.sh puts it. */
  readonly addonPath?: string;
  /** One of them is enough to open. */
  readonly fontPaths?: readonly string[];
  /** Decode files without a filter of system calls where the kernel allows none; default: SCANLINK_SIM_UNFILTERED=1 in the environment. */
  readonly mayRunUnfiltered?: boolean;
}

/**
 * The driver of simulated consoles; the addon is loaded with the first open(). A build without it finds no device.
 *
 * open(): `source` is `phantom` (default), `none` (a phantom with its cable out: `plug` puts it in) or a path; the kind
 * of a file is told by its content, and it is decoded in a process of its own, with limits (docs/decisions/0009). `timing` defaults to 1280x720p30, `pixelFormat` to YUYV. Interlaced timings give woven frames of two fields, each drawn at its own time (top first; bottom first at 480 lines).
 *
 * Commands take effect at once. `hold`: frames keep coming and are byte-equal from the third one on; with `timeCode` the
 * time code (and only that) runs on. `stall`: no frames, the state stays `locked`. `timing`: 100 ms of `no-lock`, then
 * `locked` with the new format. `plug` ends each of unplug, no-lock, out-of-range and protected. A timing set while
 * unplugged or protected is shown after `plug`; after no-lock or out-of-range it brings the signal back by itself.
 *
 * @throws (open) DEV_SOURCE_UNREADABLE, DEV_SOURCE_UNSUPPORTED, DEV_SOURCE_NO_FRAMES, DEV_FONTS_MISSING,
 * DEV_SANDBOX_UNAVAILABLE, CFG_UNKNOWN_TIMING; DEV_DRIVER_UNAVAILABLE where the addon is not part of the build,
 * NAT_ADDON_MISSING where it cannot be loaded.
 */
export function createSimDriver(options: SimDriverOptions = {}): CaptureDriver<SimDevice, SimulatedConsole> {
  const fontPaths = options.fontPaths ?? FONT_PATHS;
  const mayRunUnfiltered = options.mayRunUnfiltered ?? process.env['SCANLINK_SIM_UNFILTERED'] === '1';
  const present = (): boolean => existsSync(options.addonPath ?? defaultAddonPath(ADDON));
  return {
    name: NAME,
    simulated: CAPTURE_DRIVERS[NAME].simulated,
    probe: async () => (present() ? [{ driver: NAME, device: 'sim:phantom', kind: 'simulated', simulated: true, match: {}, inputs: ['main'], formats: ['YUYV', 'UYVY', 'NV12', 'RGB24', 'BGR24'], signalKnown: true }] : []),
    open: async (request: SimDevice, { signal }: OpenOptions = {}) => {
      const timing = parseTiming(request.timing ?? DEFAULT_TIMING);
      if (!present()) throw new AppError('DEV_DRIVER_UNAVAILABLE', { driver: NAME });
      const native = await openNative(loadAddon(ADDON, options.addonPath) as NativeSim, {
        source: request.source ?? 'phantom', timing, pixelFormat: request.pixelFormat ?? 'YUYV', timeCode: request.timeCode ?? false, fontPaths, mayRunUnfiltered,
      }, signal);
      return wrapInput(native);
    },
  };
}

/**
 * Says whether a source can be shown, without keeping it open: for a launcher, which must not decode a file itself and
 * must be able to give up.
 * @throws what open() throws; the signal's reason when it is aborted.
 */
export async function checkSimSource(request: Pick<SimDevice, 'source' | 'timing'>, options: SimDriverOptions & OpenOptions = {}): Promise<void> {
  const input = await createSimDriver(options).open(request, options);
  await input.close();
}

const SOURCE_CODES = ['DEV_SOURCE_UNREADABLE', 'DEV_SOURCE_UNSUPPORTED', 'DEV_SOURCE_NO_FRAMES', 'DEV_FONTS_MISSING', 'DEV_SANDBOX_UNAVAILABLE'] as const;

async function openNative(sim: NativeSim, options: Parameters<NativeSim['open']>[0], signal: AbortSignal | undefined): Promise<NativeInput> {
  signal?.throwIfAborted();
  const { opened, cancel } = sim.open(options);
  signal?.addEventListener('abort', cancel);
  try {
    const input = await opened;
    if (signal?.aborted !== true) return input;
    await input.close();
  } catch (thrown) {
    signal?.throwIfAborted();
    const code = SOURCE_CODES.find((each) => each === (thrown as { code?: unknown }).code);
    if (code === undefined) throw thrown;
    throw new AppError(code, { detail: (thrown as Error).message }, { cause: thrown });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  throw signal.reason;
}

function wrapInput(native: NativeInput): SimulatedConsole {
  return {
    driver: NAME,
    device: native.device,
    simulated: true,
    handle: native.handle,
    ...(native.unfiltered ? { caution: new AppError('DEV_SANDBOX_OFF') } : {}),
    command(request) {
      if (request.command !== 'timing') {
        native.command(request.command);
        return;
      }
      native.command('timing', parseTiming(request.timing ?? ''));
    },
    close: () => native.close(),
  };
}
