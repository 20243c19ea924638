/**
 * A capture input as the rest of the box sees it. Types and guarantees only; drivers are capture.v4l2.ts and capture.sim.ts;
 * capture.contract.ts is the suite that each of them must pass. Frames never come to JavaScript: `handle` goes to the native
 * pipeline (../native/native.ts). The native half of this boundary, with the guarantees on frames, buffers, threads and field
 * order (a driver never deinterlaces), is native/include/scanlink/capture-source.h.
 */
import type { AppError, CaptureDeviceView, CaptureDriverName, SimDevice, SimRequest, V4l2Device } from '@scanlink/protocol';

declare const handleBrand: unique symbol;
/** Opaque: a std::shared_ptr<CaptureSource> for the native core. */
export type CaptureHandle = { readonly [handleBrand]: true };

/** A device that a driver found, as `./scanlink devices` shows it. */
export type CaptureDevice = CaptureDeviceView;

export interface CaptureInput {
  readonly driver: CaptureDriverName;
  /** Name for people; no path of the machine. */
  readonly device: string;
  readonly simulated: boolean;
  readonly handle: CaptureHandle;
  /** It works, but whoever keeps the box should know this. */
  readonly caution?: AppError;
  /** Stops the source; idempotent. Frames still held by the pipeline stay valid. */
  close(): Promise<void>;
}

/** What only a simulated console can do; simulated-console.ts tells one from a real device. */
export interface SimulatedConsole extends CaptureInput {
  readonly simulated: true;
  /** @throws CFG_UNKNOWN_TIMING. */
  command(request: Pick<SimRequest, 'command' | 'timing'>): void;
}

/** What a device is told on opening: an input's configuration, of which each driver reads its own keys and no other. */
export type DeviceConfig = SimDevice | V4l2Device;

export interface OpenOptions {
  /** Gives up while it opens; the promise then rejects with the signal's reason, and nothing stays open. */
  readonly signal?: AbortSignal;
}

/** A way to pictures. Drivers stand in a list (firmware/src/media/drivers.ts); none takes another's place. */
export interface CaptureDriver<Config extends DeviceConfig = DeviceConfig, Input extends CaptureInput = CaptureInput> {
  readonly name: CaptureDriverName;
  readonly simulated: boolean;
  /**
   * What is there now; the devices are not changed by it, and one that somebody streams from is named too. Empty where this
   * build or machine has none.
   */
  probe(): Promise<readonly CaptureDevice[]>;
  /**
   * Opens one input. Returns also when there is no signal: that is a state.
   * @throws DEV_NOT_FOUND, DEV_BUSY, DEV_DENIED, DEV_FAILED, DEV_DRIVER_UNAVAILABLE, and what the driver's own documentation says.
   */
  open(config: Config, options?: OpenOptions): Promise<Input>;
}
