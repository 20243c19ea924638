import assert from 'node:assert/strict';
import { summarizeSamples, type PathName, type Sample } from './sample.ts';

const sample = (path: PathName, p50: number | null, more: Partial<Sample> = {}): Sample => ({
  path, p50, p95: p50 === null ? null : p50 * 2, max: 50, frames: 100, discarded: 5, fps: 30, freezes: 1, clockUncertaintyMs: 0.2,
  encodeMsP50: 4, senderCpuPercent: 20, serverCpuPercent: 3, ...more,
});

describe('summary of the latency bench', () => {
  it('takes medians over the rounds, and ratios within a round', () => {
    const [ours, peer] = summarizeSamples([
      [sample('ours-hub', 8), sample('ffmpeg-livekit', 12)],
      [sample('ours-hub', 16), sample('ffmpeg-livekit', 20)],
      [sample('ours-hub', 10), sample('ffmpeg-livekit', 20)],
    ]);
    assert.deepEqual([ours?.p50, ours?.ratioP50.median, ours?.freezes, ours?.discardedPercent], [10, 1, 3, 5]);
    assert.deepEqual([peer?.p50, peer?.ratioP50.median], [20, 1.5]);
  });
  it('leaves out what was not measurable, and paths that were not run', () => {
    const summaries = summarizeSamples([[sample('ours-hub', null)], [sample('ours-hub', 9, { box: { outsideEncoderCpuPercent: 4, encodeCpuPercent: 20, pssMib: 120 } })]]);
    assert.equal(summaries.length, 1);
    assert.deepEqual([summaries[0]?.p50, summaries[0]?.ratioP50.median, summaries[0]?.box?.pssMib], [9, 1, 120]);
  });
});
