import assert from 'node:assert/strict';
import { judgeTargets } from './judge.ts';
import { summaryOf } from './summary-of.ts';

const moments = { startMs: [290], joinMs: [180, 190, 250], returnMs: [900, 1900] };
const ratio = (median: number, low: number | null, high: number | null) => ({ median, low, high, n: low === null ? 3 : 6 });

describe('latency targets', () => {
  it('are met when nothing is over them and every peer is behind', () => {
    const judged = judgeTargets([summaryOf('ours-hub'), summaryOf('ffmpeg-livekit'), summaryOf('ffmpeg-hub'), summaryOf('ours-livekit'), summaryOf('ours-hub-large', { p95: 15 })], moments);
    assert.deepEqual([...new Set(judged.map(({ verdict }) => verdict))], ['met']);
    assert.equal(judged.length, 15);
  });
  it('judge every path that was measured, our own box through LiveKit too', () => {
    const judged = judgeTargets([summaryOf('ours-hub'), summaryOf('ours-livekit', { ratioP50: ratio(0.89, 0.85, 0.95) })], moments);
    assert.equal(judged.find(({ text }) => text.startsWith('p50 ahead of ScanLink box -> LiveKit'))?.verdict, 'MISSED');
  });
  it('say where rounds do not tell two paths apart, and where they are too few', () => {
    const judged = judgeTargets([summaryOf('ours-hub'), summaryOf('ffmpeg-hub', { ratioP50: ratio(1.03, 0.98, 1.1), ratioP95: ratio(1.2, null, null) })], moments);
    assert.deepEqual(judged.filter(({ text }) => text.includes('FFmpeg')).map(({ verdict }) => verdict), ['not distinguishable', 'too few rounds']);
  });
  it('name what is missed and what could not be measured', () => {
    const judged = judgeTargets([summaryOf('ours-hub', { p50: 6.1, p95: null, box: null })], null);
    assert.deepEqual(judged.map(({ verdict }) => verdict), ['MISSED', ...Array.from({ length: 8 }, () => 'not measurable')]);
    assert.match(judged[0]?.text ?? '', /6\.1 ms, target <= 6 ms/);
  });
});
