import assert from 'node:assert/strict';
import type { FrameRecord } from './frame-record.ts';
import { countFreezes, measureDelays, measureFps, measureShownError } from './truth.ts';

const INTERVAL_MS = 1000 / 30;
const CLOCK = { offsetMs: 5000, uncertaintyMs: 0.1 };

/** Frames of an even 30/s stream, each presented 10 ms after its capture; the page's clock starts at CLOCK_MONOTONIC 5000 ms. */
function stream(count: number, change: (frame: FrameRecord, index: number) => Partial<FrameRecord> = () => ({})): FrameRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const captureMs = 6000 + index * INTERVAL_MS;
    const presentedMs = captureMs + 10 - CLOCK.offsetMs;
    const frame: FrameRecord = {
      presentedMs, opportunityMs: presentedMs + 1, callbackMs: presentedMs + 1.5, rtpTimestamp: (4294960000 + index * 3000) % 2 ** 32, receivedMs: null,
      timecodeUs: Math.round(captureMs * 1000), presentedFrames: index + 1, widthPx: 1280, heightPx: 720,
    };
    return { ...frame, ...change(frame, index) };
  });
}

describe('delay truth', () => {
  it('is presentation minus time code, over a wrap of the RTP stamp', () => {
    const truth = measureDelays(stream(30), CLOCK, INTERVAL_MS);
    assert.equal(truth.delays.length, 30);
    for (const { delayMs } of truth.delays) assert.ok(Math.abs(delayMs - 10) < 0.01);
    assert.equal(truth.discarded, 0);
  });
  it('discards a callback half an interval behind its rendering opportunity, not one that waited for it', () => {
    const late = measureDelays(stream(10, (frame, index) => (index === 4 ? { callbackMs: frame.opportunityMs + 17 } : {})), CLOCK, INTERVAL_MS);
    assert.deepEqual([late.discardedLate, late.delays.length], [1, 9]);
    const waiting = measureDelays(stream(10, (frame) => ({ opportunityMs: frame.presentedMs + 16, callbackMs: frame.presentedMs + 17 })), CLOCK, INTERVAL_MS);
    assert.equal(waiting.discardedLate, 0);
  });
  it('discards a frame whose canvas showed its neighbour, and one without a time code', () => {
    const truth = measureDelays(stream(20, (frame, index) => (index === 3 ? { timecodeUs: (frame.timecodeUs as number) + 33_333 } : index === 5 ? { timecodeUs: null } : {})), CLOCK, INTERVAL_MS);
    assert.deepEqual([truth.discardedMismatched, truth.discardedUnread, truth.delays.length, truth.measurable], [1, 1, 18, true]);
  });
  it('is not measurable over 30 % discarded, or without frames', () => {
    const drop = (share: number) => measureDelays(stream(100, (_, index) => (index < share ? { timecodeUs: null } : {})), CLOCK, INTERVAL_MS).measurable;
    assert.equal(drop(30), true);
    assert.equal(drop(31), false);
    assert.equal(measureDelays([], CLOCK, INTERVAL_MS).measurable, false);
  });
});

describe('shown delay', () => {
  it('compares by RTP stamp and counts frames without a statement', () => {
    const frames = stream(4);
    const truth = measureDelays(frames, CLOCK, INTERVAL_MS);
    const shown = frames.map((frame, index) => ({ rtpTimestamp: frame.rtpTimestamp, presentedMs: frame.presentedMs, delayMs: index === 0 ? null : 10 + index, uncertaintyMs: 0.2 }));
    const { errorMs, matched, unstated } = measureShownError(truth, shown);
    assert.deepEqual([matched, unstated, Math.round(errorMs.max ?? 0)], [3, 1, 3]);
  });
  it('has no error where nothing matches', () => {
    assert.equal(measureShownError(measureDelays(stream(3), CLOCK, INTERVAL_MS), []).errorMs.p50, null);
  });
});

describe('freezes and rate', () => {
  it('counts gaps over three intervals and 150 ms', () => {
    const gap = (ms: number) => countFreezes(stream(10, (frame, index) => (index >= 5 ? { presentedMs: frame.presentedMs + ms } : {})), INTERVAL_MS).count;
    assert.equal(gap(100), 0);
    assert.equal(gap(140), 1);
    assert.equal(countFreezes(stream(2, (frame, index) => (index > 0 ? { presentedMs: frame.presentedMs + 200 } : {})), 100).count, 0);
  });
  it('takes the compositor’s count of frames', () => {
    assert.ok(Math.abs((measureFps(stream(31)) ?? 0) - 30) < 0.01);
    assert.equal(measureFps(stream(1)), null);
  });
});
