/**
 * What the native core (hal/native/core, build/scanlink_core.node) offers to JavaScript. Types only; load-core.ts loads it.
 * Errors thrown by the addon carry `code` NAT_*; load-core.ts turns them into AppError.
 * Clocks: every *Us is a number of CLOCK_MONOTONIC.
 */
import type { CaptureHandle } from '../capture/capture.ts';
import type { AppError, EncoderSpec, PictureActivity, SignalState, Text } from '@scanlink/protocol';

export interface Rect { readonly x: number; readonly y: number; readonly widthPx: number; readonly heightPx: number }

/** Where things stand in a picture: its size and how it is woven; not its rate. */
export interface PictureFormat { readonly widthPx: number; readonly heightPx: number; readonly interlaced?: boolean }

/**
 * What of a picture may be shown. In a format that is not named, or that the crop does not lie in as a whole, nothing of
 * it is: docs/decisions/0004, 0007. Without crop and masks every format fits.
 */
export interface Framing {
  /** Formats that crop and masks were drawn for; must be there with either of them. */
  readonly drawnFor?: readonly PictureFormat[];
  /** Captured pixels. */
  readonly crop?: Rect;
  /** Captured pixels, painted black; what reaches outside the picture is cut. */
  readonly masks?: readonly Rect[];
}

/** Why an output shows a placeholder: its input's state, or `crop-misfit`: its framing does not fit the frames that come. */
export type PlaceholderReason = Exclude<SignalState, 'locked'> | 'stalled' | 'crop-misfit';

/** One output of a pipeline: its own crop, masks, encoder and bitrate, on a thread of its own. */
export interface OutputOptions extends Framing {
  /** Thread name `sl-enc-<name>` (at most 8 letters), so that its CPU time can be told apart. */
  readonly name: string;
  readonly profile: 'constrained-baseline' | 'main' | 'high';
  /** Kilobits a second (VBV is one frame interval times a small factor: low delay). */
  readonly bitrateKbps: number;
  /** x264 preset; `auto` picks by pixels a second. */
  readonly preset: 'auto' | 'ultrafast' | 'superfast' | 'veryfast';
  /** Highest macroblocks a second and a frame by this level; larger pictures are scaled down, faster ones thinned. */
  readonly maxLevel: '3.1' | '4.0' | '4.1' | '4.2' | '5.1';
  /** What a placeholder picture says. `since` is written by the core as m:ss. */
  readonly placeholder: Readonly<Record<PlaceholderReason, Text>>;
}

/** One encoded picture. data: Annex B with start codes, SPS and PPS before each IDR. The buffer is the receiver's own. */
export interface AccessUnit {
  readonly data: Buffer;
  /** CLOCK_MONOTONIC of the captured frame (for a placeholder: when it was drawn), microseconds. */
  readonly timestampUs: number;
  readonly keyFrame: boolean;
  readonly placeholder: boolean;
  /** Counts the pictures that this output encoded, without holes. */
  readonly sequence: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** From the frame's hand-over to the end of encoding, microseconds. */
  readonly encodeUs: number;
}

export interface OutputStats {
  readonly framesEncoded: number;
  readonly keyFrames: number;
  readonly bytes: number;
  /** Frames not encoded, by reason: `busy` (a newer one came), `consumer` (JavaScript behind), `thinned`, `encoder` (failed), `late` (older than a placeholder already sent), `crop-misfit`, `unreadable` (its buffer could not be mapped or synchronised). */
  readonly dropped: Readonly<Record<string, number>>;
  readonly encodeUsP50: number | null;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What its placeholder says now; null while it is live. */
  readonly placeholder: PlaceholderReason | null;
  readonly timestampSource: string;
  /** The encoder in use: `x264`, `v4l2-m2m`; empty before the first picture. Its hardware's driver and card; empty: software. */
  readonly encoder: string;
  readonly encoderDevice: string;
  /** Frames that the encoder read where they were captured: no pixel was copied. */
  readonly framesImported: number;
  /**
   * Why the newest live picture was copied; null: it was not. `encoder` (it reads only its own memory), `pixel-format`, `no-descriptor`, `field`,
   * `colour`, `scaled`, `odd-sides`, `crop`, `masks`, `mark` (the words of a simulated source), `refused` (the hardware would not have this one).
   */
  readonly copyReason: string | null;
  /** Why the last try to encode failed: NAT_ENCODER, NAT_ENCODER_MISSING; null once pictures come. It is tried again with each frame. */
  readonly encoderFault: AppError | null;
}

export interface PipelineStatus {
  readonly signal: SignalState;
  readonly signalSinceUs: number;
  readonly detail: string;
  readonly timing: string;
  readonly pixelFormat: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** An HDR transfer or a gamut wider than BT.709's: shown as it is. */
  readonly colourApproximate: boolean;
  /** The signal is interlaced; outputs get progressive pictures, a field each. */
  readonly deinterlaced: boolean;
  readonly activity: PictureActivity;
  /** When the picture last changed (unchanged), or the last frame came (stalled). */
  readonly activitySinceUs: number;
  readonly black: boolean;
  readonly framesCaptured: number;
  readonly capturedFps: number;
  /** Holes in the driver's sequence, and frames refused (geometry that does not fit its buffer): by reason `lost`, `malformed`; on the way to progressive pictures `busy` (a newer frame came), `unpaired` (a field whose other was lost), `stage` (it failed); `unreadable`: looks of meter and preview that found no pixels. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface StillInfo {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly timestampUs: number;
  readonly sequence: number;
  readonly exact: boolean;
  /** `none` for RGB sources, else e.g. `bt709-limited-to-rgb-full`; also in the PNG's text chunk "Conversion". */
  readonly conversion: string;
}

export interface Pipeline {
  /**
   * @param onAccessUnit called on the JavaScript thread; at most 3 wait. While 3 wait, pictures are not encoded at all and count as
   * `consumer`: no reference is ever missing, so no key frame is needed afterwards. No call comes after close().
   */
  addOutput(options: OutputOptions, onAccessUnit: (unit: AccessUnit) => void): Output;
  /** Called on every change of signal, activity or timing. */
  onStatus(listener: (status: PipelineStatus) => void): void;
  status(): PipelineStatus;
  /**
   * PNG of the newest frame, cropped and masked, written off the hot path to a temporary file and renamed.
   * @throws NAT_NO_FRAME, NAT_CROP_MISFIT, NAT_FRAME_ACCESS, NAT_STILL_WRITE.
   */
  still(path: string, framing: Framing): Promise<StillInfo>;
  /**
   * Starts the mapped preview file (layout: protocol preview.ts), or stops with null. It shows what would be sent with this
   * framing, and no picture where it does not fit. widthPx is a wish; aspect is kept. @throws NAT_PREVIEW; capture goes on.
   */
  preview(path: string | null, options?: Framing & { readonly widthPx?: number }): void;
  /**
   * Stops capture, ends outputs; nothing is called any more from now on. Resolves when every thread has ended, which may
   * take as long as a driver or a codec takes; never rejects. Idempotent.
   */
  close(): Promise<void>;
}

export interface Output {
  /** The next picture becomes an IDR. Throttling is the caller's. */
  forceKeyFrame(): void;
  /** Changes the bitrate without a key frame. */
  setBitrateKbps(kbps: number): void;
  stats(): OutputStats;
  /** No access unit comes from now on. Resolves when its thread has ended; never rejects. Idempotent. */
  close(): Promise<void>;
}

export interface NativeCore {
  /**
   * simulatedText: drawn into everything that is sent, previewed or kept of a simulated source; a real one's is left alone.
   * encoder: what makes H.264 for its outputs. Hardware is looked for when the first picture is to be encoded; one that is not there shows
   * in an output's `encoderFault`, and nothing takes its place. @throws NAT_BAD_ARGUMENT for a quirk that nobody knows.
   */
  createPipeline(handle: CaptureHandle, options: { fontPaths: readonly string[]; simulatedText: Text; encoder: EncoderSpec }): Pipeline;
  /** CLOCK_MONOTONIC now, microseconds. */
  monotonicUs(): number;
}
