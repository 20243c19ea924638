/**
 * Capture devices of the kernel (scanlink_v4l2.node): HDMI and SDI bridges with DV timings, USB grabbers and cameras without.
 * A device is found by what it is, never by path; when it is pulled out and put back, or another node of its match appears, it is opened anew by itself.
 */
import { existsSync } from 'node:fs';
import { AppError, CAPTURE_DRIVERS, type DeviceKind, type DeviceMatch, type V4l2Device } from '@scanlink/protocol';
import { addonPath as defaultAddonPath, loadAddon } from '../native/load-addon.ts';
import type { CaptureDevice, CaptureDriver, CaptureHandle, CaptureInput } from './capture.ts';

const ADDON = 'scanlink_v4l2.node';
const NAME = 'v4l2';

/** What only a test, a measurement or a board asks of a device. */
export interface V4l2Wishes {
  /** A fourcc as V4L2 writes it, e.g. `NV12`; default: the cheapest that the device has. */
  readonly pixelFormat?: string;
  /** V4L2_FIELD_*'s number; default: the driver's. */
  readonly field?: number;
  /** Of a device without DV timings; default: the largest that moves. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** Part of the name of a control that is not 0 while the signal is protected; default: HDCP. */
  readonly protectedControl?: string;
  readonly memory?: 'auto' | 'driver' | 'heap';
}

/** memory: where frames lie (driver, non-coherent, dma-heap); grid: of the newest frame of a device that says nothing of its signal. */
export interface V4l2Facts { readonly memory: string; readonly pixelFormat: string; readonly grid: string }
export interface V4l2Input extends CaptureInput { facts(): V4l2Facts }

interface FoundDevice {
  readonly name: string; readonly driver: string; readonly card: string; readonly bus: string; readonly serial: string; readonly usbId: string;
  readonly inputs: readonly string[]; readonly hasDvTimings: boolean;
}
interface NativeInput { readonly device: string; readonly handle: CaptureHandle; facts(): V4l2Facts; close(): Promise<void> }
type NativeOptions = V4l2Wishes & { readonly match?: DeviceMatch; readonly input?: number; readonly matrix?: string; readonly range?: string; readonly noSignal?: V4l2Device['noSignal'] };
export interface NativeV4l2 {
  probe(): Promise<{ readonly devices: readonly FoundDevice[]; readonly unreadable: readonly { readonly name: string; readonly error: string }[] }>;
  open(options: NativeOptions): Promise<NativeInput>;
}

export interface V4l2DriverOptions {
  /** The addon, when it lies elsewhere than where scripts/build-native.sh puts it. */
  readonly addonPath?: string;
  readonly wishes?: V4l2Wishes;
  /** A test's addon. */
  readonly native?: NativeV4l2;
}

const CODES = ['DEV_NOT_FOUND', 'DEV_BUSY', 'DEV_DENIED', 'DEV_FAILED'] as const;

/**
 * The driver of real devices; the addon is loaded when first used.
 * @throws (open) DEV_NOT_FOUND, DEV_BUSY, DEV_DENIED, DEV_FAILED with the call's and errno's names; DEV_DRIVER_UNAVAILABLE where the
 * addon is not part of the build, NAT_ADDON_MISSING where it cannot be loaded.
 */
export function createV4l2Driver(options: V4l2DriverOptions = {}): CaptureDriver<V4l2Device, V4l2Input> {
  const { wishes = {} } = options;
  const load = (): NativeV4l2 => {
    if (options.native) return options.native;
    if (!existsSync(options.addonPath ?? defaultAddonPath(ADDON))) throw new AppError('DEV_DRIVER_UNAVAILABLE', { driver: NAME });
    return loadAddon(ADDON, options.addonPath) as NativeV4l2;
  };
  return {
    name: NAME,
    simulated: CAPTURE_DRIVERS[NAME].simulated,
    probe: async () => (await load().probe()).devices.map(describe),
    open: async ({ match, input, colour, noSignal }, { signal } = {}) => {
      signal?.throwIfAborted();
      const addon = load();
      const socket = typeof input === 'string' ? await findSocket(addon, match, input) : input;
      signal?.throwIfAborted();
      const native = await openNative(addon, { ...wishes, ...(match ? { match } : {}), ...(socket === undefined ? {} : { input: socket }), ...colour, ...(noSignal ? { noSignal } : {}) });
      if (signal?.aborted !== true) return wrapInput(native);
      await native.close();
      throw signal.reason;
    },
  };
}

/** Number of a physical input by its name, letter case aside. @throws DEV_NOT_FOUND, DEV_UNKNOWN_INPUT with those there are. */
async function findSocket(addon: NativeV4l2, match: DeviceMatch | undefined, name: string): Promise<number> {
  const device = (await addon.probe()).devices.find((each) => fits(each, match));
  if (!device) throw new AppError('DEV_NOT_FOUND', { device: wordsOf(match) });
  const number = device.inputs.findIndex((each) => each.toLowerCase() === name.toLowerCase());
  if (number < 0) throw new AppError('DEV_UNKNOWN_INPUT', { input: name, inputs: device.inputs.join(', ') });
  return number;
}

/** As the addon's own finder does: driver and serial as a whole, bus and card where they hold the text. */
const fits = (device: FoundDevice, { driver, serial, bus, card }: DeviceMatch = {}): boolean =>
  (driver === undefined || device.driver === driver) && (serial === undefined || device.serial === serial) && (bus === undefined || device.bus.includes(bus)) && (card === undefined || device.card.includes(card));

const describe = (found: FoundDevice): CaptureDevice => ({
  driver: NAME, device: found.name, kind: toKind(found), simulated: false, inputs: [...found.inputs], formats: [], signalKnown: found.hasDvTimings,
  match: { driver: found.driver, card: found.card, bus: found.bus, ...(found.serial === '' ? {} : { serial: found.serial }) },
});

/** By the kernel's own words: its test device, USB Video Class, a PCI card, a bridge on the board that measures timings. */
function toKind({ driver, bus, hasDvTimings }: FoundDevice): DeviceKind {
  if (driver === 'vivid') return 'test';
  if (driver === 'uvcvideo') return 'uvc';
  if (bus.startsWith('PCI:')) return 'card';
  return hasDvTimings ? 'hdmi-bridge' : 'other';
}

/** What was asked for, in an error's words. */
const wordsOf = (match: DeviceMatch = {}): string => Object.entries(match).map(([key, value]) => `${key}=${value}`).join(' ') || 'v4l2';

async function openNative(addon: NativeV4l2, options: NativeOptions): Promise<NativeInput> {
  try {
    return await addon.open(options);
  } catch (thrown) {
    const code = CODES.find((each) => each === (thrown as { code?: unknown }).code);
    if (code === undefined) throw thrown;
    throw new AppError(code, { device: wordsOf(options.match), detail: (thrown as Error).message }, { cause: thrown });
  }
}

function wrapInput(native: NativeInput): V4l2Input {
  return {
    driver: NAME, device: native.device, simulated: false, handle: native.handle,
    facts: () => native.facts(),
    close: () => native.close(),
  };
}
