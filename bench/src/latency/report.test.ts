import assert from 'node:assert/strict';
import { judgeTargets, renderLatency } from './report.ts';
import type { PathName, PathSummary } from './sample.ts';

const summary = (path: PathName, more: Partial<PathSummary> = {}): PathSummary => ({
  path, rounds: 3, p50: 10, p95: 20, max: 40, fps: 30, freezes: 0, discardedPercent: 1, encodeMsP50: 4, senderCpuPercent: 25, serverCpuPercent: 5,
  box: path === 'ours-hub' ? { outsideEncoderCpuPercent: 4, encodeCpuPercent: 18, pssMib: 120 } : null, ratio: path === 'ours-hub' ? 1 : 1.2, ...more,
});
const machine = { cpu: 'x', cores: 2, memoryGib: 8, kernel: '6', node: 'v24', chromium: '156', commit: 'abc', date: '2026-11-24 05:00' };

describe('latency report', () => {
  it('meets all targets when nothing is over them', () => {
    assert.deepEqual(judgeTargets([summary('ours-hub'), summary('ffmpeg-livekit'), summary('ffmpeg-hub')]).map(({ met }) => met), [true, true, true, true, true, true]);
  });
  it('names what is missed and what could not be measured', () => {
    const judged = judgeTargets([summary('ours-hub', { p50: 12.1, p95: null, box: null }), summary('ffmpeg-livekit', { ratio: 0.99 })]);
    assert.deepEqual(judged.map(({ met }) => met), [false, null, false, null, null]);
    assert.match(judged[0]?.text ?? '', /12\.1 ms, target <= 12 ms/);
  });
  it('has a line for each path', () => {
    const text = renderLatency([summary('ours-hub'), summary('ffmpeg-livekit', { p50: 13.37 })], machine);
    assert.match(text, /FFmpeg -> LiveKit.*13\.4/);
    assert.match(text, /commit abc; x, 2 cores/);
  });
});
