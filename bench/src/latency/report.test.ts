import assert from 'node:assert/strict';
import { renderLatency } from './report.ts';
import { summaryOf } from './summary-of.ts';

const machine = { cpu: 'x', cores: 2, memoryGib: 8, kernel: '6', node: 'v24', chromium: '156', commit: 'abc', date: '2026-11-24 05:00' };

describe('latency report', () => {
  it('has a line for each path, with its interval', () => {
    const text = renderLatency([summaryOf('ours-hub'), summaryOf('ffmpeg-livekit', { p50: 13.37 })], null, machine);
    assert.match(text, /FFmpeg -> LiveKit.*13\.4.*1\.20 \[1\.10, 1\.30\]/);
    assert.match(text, /commit abc; x, 2 cores/);
  });
});
