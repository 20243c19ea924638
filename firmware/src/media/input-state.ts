import type { PipelineStatus } from '@scanlink/hal/native/native';
import type { InputState } from '@scanlink/protocol';

export interface InputFacts {
  readonly name: string;
  readonly driver: string;
  readonly device: string;
  readonly simulated: boolean;
  /** null while the input is not open. */
  readonly status: PipelineStatus | null;
  /** The live output's crop does not fit the frames that come: what is sent is a placeholder, whatever the console does. */
  readonly cropMisfit: boolean;
  /** Why it is not open; error code, or `opening`. */
  readonly closedDetail: string;
  /** Unix ms since when it is not open. */
  readonly closedSinceMs: number;
}

/** An input in the words of protocol signal.ts. toUnixMs: turns capture clock microseconds into wall clock milliseconds. */
export function buildInputState(facts: InputFacts, toUnixMs: (captureUs: number) => number): InputState {
  const { name, driver, device, simulated, status } = facts;
  if (!status) {
    return {
      name, driver, device, simulated, signal: 'no-device', signalSinceMs: facts.closedSinceMs, signalDetail: facts.closedDetail, timing: null, pixelFormat: null,
      activity: 'idle', activitySinceMs: facts.closedSinceMs, black: false, capturedFps: 0, framesCaptured: 0, framesDropped: {},
    };
  }
  // Viewers and support must not read `locked` beside a picture that is not the console's.
  const misfit = facts.cropMisfit && status.signal === 'locked';
  const detail = misfit ? 'crop-misfit' : status.detail;
  return {
    name, driver, device, simulated, signal: misfit ? 'unsupported' : status.signal, signalSinceMs: toUnixMs(status.signalSinceUs),
    ...(detail === '' ? {} : { signalDetail: detail }),
    timing: status.timing === '' ? null : status.timing, pixelFormat: status.pixelFormat === '' ? null : status.pixelFormat,
    ...(status.colourApproximate ? { colourApproximate: true } : {}), ...(status.deinterlaced ? { deinterlaced: true } : {}),
    activity: status.activity, activitySinceMs: toUnixMs(status.activitySinceUs), black: status.black,
    capturedFps: Math.round(status.capturedFps * 100) / 100, framesCaptured: status.framesCaptured, framesDropped: { ...status.dropped },
  };
}

/**
 * Capture clock to wall clock. The same moment keeps its value from call to call unless the wall clock itself was set
 * (more than toleranceMs off): a `since` must not tremble with the rounding of two clocks.
 */
export class WallTime {
  private readonly nowUnixMs: () => number;
  private readonly nowCaptureMs: () => number;
  private readonly toleranceMs: number;
  private offsetMs: number | null = null;

  constructor(nowUnixMs: () => number, nowCaptureMs: () => number, toleranceMs = 50) {
    this.nowUnixMs = nowUnixMs;
    this.nowCaptureMs = nowCaptureMs;
    this.toleranceMs = toleranceMs;
  }

  toUnixMs(captureUs: number): number {
    const offsetMs = this.nowUnixMs() - this.nowCaptureMs();
    if (this.offsetMs === null || Math.abs(offsetMs - this.offsetMs) > this.toleranceMs) this.offsetMs = offsetMs;
    return Math.round(captureUs / 1000 + this.offsetMs);
  }
}
