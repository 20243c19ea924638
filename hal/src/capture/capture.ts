/**
 * A capture input as the rest of the box sees it. Types and guarantees only; drivers are capture.sim.ts and (with the
 * real box) capture.v4l2.ts; capture.contract.ts is the suite that each of them must pass. Frames never come to
 * JavaScript: `handle` goes to the native pipeline (../native/native.ts). The native half of this boundary, with the
 * guarantees on frames, buffers, threads and field order (a driver never deinterlaces), is native/include/scanlink/capture-source.h.
 */
import type { AppError, SimRequest } from '@scanlink/protocol';

declare const handleBrand: unique symbol;
/** Opaque: a std::shared_ptr<CaptureSource> for the native core. */
export type CaptureHandle = { readonly [handleBrand]: true };

/** A device that a driver found, e.g. for `./scanlink devices`. */
export interface CaptureDevice {
  readonly driver: string;
  readonly device: string;
  readonly inputs: readonly string[];
  readonly simulated: boolean;
  /** What it can be found by; a real device's. */
  readonly match?: DeviceMatch;
}

export interface DeviceMatch { readonly driver?: string; readonly bus?: string; readonly card?: string; readonly serial?: string }

export interface CaptureInput {
  readonly driver: string;
  readonly device: string;
  readonly simulated: boolean;
  readonly handle: CaptureHandle;
  /** It works, but whoever keeps the box should know this. */
  readonly caution?: AppError;
  /**
   * Commands of a simulated console.
   * @throws DEV_NOT_SIMULATED on a real device; CFG_UNKNOWN_TIMING.
   */
  command(request: Pick<SimRequest, 'command' | 'timing'>): void;
  /** Stops the source; idempotent. Frames still held by the pipeline stay valid. */
  close(): Promise<void>;
}

/** What a driver can be told on opening; real drivers ignore what is for the simulated one only. */
export interface OpenOptions {
  readonly source?: string;
  readonly timing?: string;
  readonly pixelFormat?: 'YUYV' | 'UYVY' | 'NV12' | 'RGB24' | 'BGR24';
  readonly timeCode?: boolean;
  /** v4l2: by what the device is found; driver and serial as a whole, bus and card where they hold the text. Default: the first. */
  readonly match?: DeviceMatch;
  /** v4l2: number of the socket at the device; default: the one in force. */
  readonly input?: number;
  readonly colour?: { readonly matrix?: 'bt601' | 'bt709' | 'bt2020' | 'smpte240m'; readonly range?: 'limited' | 'full' };
  /** v4l2: pictures that a USB grabber makes itself while nothing is plugged in: mean luma of 8 by 8 parts, 128 hexadecimal digits. */
  readonly noSignal?: readonly { readonly grid: string; readonly tolerance: number }[];
  /** Gives up while it opens; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface CaptureDriver {
  readonly name: 'sim' | 'v4l2';
  list(): Promise<readonly CaptureDevice[]>;
  /**
   * Opens one input. Returns also when there is no signal: that is a state.
   * @throws DEV_NOT_FOUND, DEV_BUSY, DEV_DENIED, DEV_FAILED; DEV_SOURCE_UNREADABLE, DEV_SOURCE_UNSUPPORTED, DEV_SOURCE_NO_FRAMES, CFG_UNKNOWN_TIMING.
   */
  open(options: OpenOptions): Promise<CaptureInput>;
}
