/** What of a presented frame the rate is taken from. */
export interface RatedFrame {
  /** 90 kHz, wraps at 2^32; undefined where the browser doesn't tell it. */
  readonly rtpTimestamp: number | undefined;
  /** Milliseconds of the performance timeline. */
  readonly presentationTimeMs: number;
  /** Frames that the element has presented so far; callbacks for some of them may be missed. */
  readonly presentedFrames: number;
}

const WINDOW_MS = 1000;
/** Below this a few frames more or less are read as a rate of their own. */
const SHORTEST_SPAN_MS = 500;
/** So far the time of the pictures and the time of their presentation may run apart within a window. */
const TOLERANCE = 1.2;

interface Sample { readonly presentedMs: number; readonly mediaMs: number; readonly count: number }

/**
 * Rate of the presented frames over the last second. It is taken from the pictures' own time: presentation comes in the
 * steps of the display, and after a beginning or a hold-up the pictures that have gathered come at twice their rate.
 * Source: requestVideoFrameCallback metadata.
 */
export class FrameRate {
  #samples: Sample[] = [];
  #lastRtp: number | undefined;

  /** Another picture is shown from here on (a notice, another format, another connection): its rate is its own. */
  reset(): void {
    this.#samples = [];
    this.#lastRtp = undefined;
  }

  takeFrame(frame: RatedFrame): void {
    const last = this.#samples[this.#samples.length - 1];
    const presentedStepMs = last === undefined ? 0 : frame.presentationTimeMs - last.presentedMs;
    const mediaStepMs = frame.rtpTimestamp === undefined || this.#lastRtp === undefined ? presentedStepMs : ((frame.rtpTimestamp - this.#lastRtp) | 0) / 90;
    // After a pause, a jump of the pictures' time, or in another element a new window begins.
    const goesOn = last !== undefined && frame.presentedFrames > last.count && [presentedStepMs, mediaStepMs].every((stepMs) => stepMs >= 0 && stepMs <= WINDOW_MS);
    if (!goesOn) this.#samples = [];
    this.#lastRtp = frame.rtpTimestamp;
    this.#samples.push({ presentedMs: frame.presentationTimeMs, mediaMs: goesOn ? last.mediaMs + mediaStepMs : 0, count: frame.presentedFrames });
  }

  /** Frames a second; null while there is not enough to tell, and while pictures that have gathered are caught up with. */
  fps(nowMs: number): number | null {
    this.#samples = this.#samples.filter((sample) => nowMs - sample.presentedMs <= WINDOW_MS);
    const first = this.#samples[0];
    const last = this.#samples[this.#samples.length - 1];
    if (first === undefined || last === undefined) return null;
    const presentedMs = last.presentedMs - first.presentedMs;
    const mediaMs = last.mediaMs - first.mediaMs;
    if (presentedMs < SHORTEST_SPAN_MS || mediaMs > presentedMs * TOLERANCE) return null;
    const spanMs = presentedMs > mediaMs * TOLERANCE ? presentedMs : mediaMs;
    return ((last.count - first.count) * 1000) / spanMs;
  }
}
