import { summarize, type Summary } from '../../../scripts/lib/percentile.ts';
import type { ClockMap } from './clock-map.ts';
import type { FrameRecord, ShownRecord } from './frame-record.ts';

/** Share of discarded frames above which a run says "not measurable". */
export const MAX_DISCARDED_SHARE = 0.3;

export interface DelayTruth {
  /** Capture to presentation, milliseconds, of the frames that count. */
  readonly delays: readonly { readonly frame: FrameRecord; readonly delayMs: number }[];
  /** Frames left out: callback too late, canvas already at another frame, or no readable time code. */
  readonly discardedLate: number;
  readonly discardedMismatched: number;
  readonly discardedUnread: number;
  readonly discarded: number;
  readonly measurable: boolean;
}

/**
 * True delay of each frame: presentation (mapped to CLOCK_MONOTONIC) minus the time code in the picture. The canvas must
 * have shown the frame that the callback speaks of, so two kinds of frames are left out and counted:
 * - the callback ran more than half an interval after its rendering opportunity (or after the presentation, whichever was
 *   later). The wait for the opportunity itself is the compositor's phase, no lateness: at 60 frames a second it would
 *   discard all or none of a run by chance;
 * - the time code does not belong to the frame's RTP time stamp: both run on the capture clock, so their difference is a
 *   constant, and half an interval off means that a neighbour was on the canvas.
 */
export function measureDelays(frames: readonly FrameRecord[], clock: ClockMap, intervalMs: number): DelayTruth {
  const delays: { frame: FrameRecord; delayMs: number }[] = [];
  const isMismatched = findMismatches(frames, intervalMs);
  let discardedLate = 0;
  let discardedMismatched = 0;
  let discardedUnread = 0;
  for (const frame of frames) {
    if (frame.callbackMs - Math.max(frame.presentedMs, frame.opportunityMs) > intervalMs / 2) discardedLate += 1;
    else if (frame.timecodeUs === null) discardedUnread += 1;
    else if (isMismatched(frame)) discardedMismatched += 1;
    else delays.push({ frame, delayMs: frame.presentedMs + clock.offsetMs - frame.timecodeUs / 1000 });
  }
  const discarded = discardedLate + discardedMismatched + discardedUnread;
  return { delays, discardedLate, discardedMismatched, discardedUnread, discarded, measurable: delays.length > 0 && discarded <= frames.length * MAX_DISCARDED_SHARE };
}

function findMismatches(frames: readonly FrameRecord[], intervalMs: number): (frame: FrameRecord) => boolean {
  const base = frames.find((frame) => frame.rtpTimestamp !== null)?.rtpTimestamp ?? 0;
  const differenceMs = (frame: FrameRecord): number | null =>
    frame.timecodeUs === null || frame.rtpTimestamp === null ? null : frame.timecodeUs / 1000 - ((frame.rtpTimestamp - base) | 0) / 90;
  const usualMs = summarize(frames.map(differenceMs).filter((each) => each !== null)).p50 ?? 0;
  return (frame) => Math.abs((differenceMs(frame) ?? usualMs) - usualMs) > intervalMs / 2;
}

/** How far the page's own delay was from the truth, by frame, absolute milliseconds. */
export function measureShownError(truth: DelayTruth, shown: readonly ShownRecord[]): { readonly errorMs: Summary; readonly matched: number; readonly unstated: number } {
  const byStamp = new Map<string, ShownRecord>();
  for (const each of shown) byStamp.set(`${each.rtpTimestamp}`, each);
  const errors: number[] = [];
  let unstated = 0;
  for (const { frame, delayMs } of truth.delays) {
    const said = frame.rtpTimestamp === null ? undefined : byStamp.get(`${frame.rtpTimestamp}`);
    if (said === undefined) continue;
    if (said.delayMs === null) unstated += 1;
    else errors.push(Math.abs(said.delayMs - delayMs));
  }
  return { errorMs: summarize(errors), matched: errors.length, unstated };
}

/** Freezes: gaps between presented frames longer than three intervals and 150 ms. */
export function countFreezes(frames: readonly FrameRecord[], intervalMs: number): { readonly count: number; readonly longestMs: number } {
  const limitMs = Math.max(3 * intervalMs, 150);
  let count = 0;
  let longestMs = 0;
  for (let index = 1; index < frames.length; index += 1) {
    const gapMs = (frames[index] as FrameRecord).presentedMs - (frames[index - 1] as FrameRecord).presentedMs;
    longestMs = Math.max(longestMs, gapMs);
    if (gapMs > limitMs) count += 1;
  }
  return { count, longestMs };
}

/** Frames a second that were presented, by the compositor's own count; null for fewer than two frames. */
export function measureFps(frames: readonly FrameRecord[]): number | null {
  const first = frames[0];
  const last = frames.at(-1);
  if (!first || !last || last.presentedMs <= first.presentedMs) return null;
  return (last.presentedFrames - first.presentedFrames) / (last.presentedMs - first.presentedMs) * 1000;
}

/** Frames that were due between the first and the last presented one at `promisedFps`, and were not presented. */
export function countMissing(frames: readonly FrameRecord[], promisedFps: number): number {
  const fps = measureFps(frames);
  if (fps === null) return 0;
  const seconds = ((frames.at(-1) as FrameRecord).presentedMs - (frames[0] as FrameRecord).presentedMs) / 1000;
  return Math.max(0, Math.round((promisedFps - fps) * seconds));
}
