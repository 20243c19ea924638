/** One presented frame as the probe in the page noted it. Times are the page's performance.now(), milliseconds. */
export interface FrameRecord {
  readonly presentedMs: number;
  /** Start of the rendering opportunity that ran the callback (its first argument). */
  readonly opportunityMs: number;
  readonly callbackMs: number;
  readonly rtpTimestamp: number | null;
  readonly receivedMs: number | null;
  /** CLOCK_MONOTONIC of the capture, microseconds, read from the picture; null where none could be read. */
  readonly timecodeUs: number | null;
  readonly presentedFrames: number;
  readonly widthPx: number;
  readonly heightPx: number;
}
/** What the viewer page itself said of a frame (CustomEvent scanlink:frame). */
export interface ShownRecord { readonly rtpTimestamp: number | null; readonly presentedMs: number | null; readonly delayMs: number | null; readonly uncertaintyMs: number | null }

export type FrameTuple = [number, number, number, number | null, number | null, number | null, number, number, number];
export type ShownTuple = [number | null, number | null, number | null, number | null];

/** Names the fields of the page's tuples. */
export function toFrameRecord([presentedMs, opportunityMs, callbackMs, rtpTimestamp, receivedMs, timecodeUs, presentedFrames, widthPx, heightPx]: FrameTuple): FrameRecord {
  return { presentedMs, opportunityMs, callbackMs, rtpTimestamp, receivedMs, timecodeUs, presentedFrames, widthPx, heightPx };
}
export function toShownRecord([rtpTimestamp, presentedMs, delayMs, uncertaintyMs]: ShownTuple): ShownRecord {
  return { rtpTimestamp, presentedMs, delayMs, uncertaintyMs };
}
