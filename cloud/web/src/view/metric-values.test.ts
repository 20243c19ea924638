import assert from 'node:assert/strict';
import { noStats } from '../media/stream-stats.ts';
import { describeCodec, describeDelay } from './metric-values.ts';
import { wordsOf } from './words.ts';

const [zh, en] = [wordsOf('zh'), wordsOf('en')];

describe('figures in words', () => {
  for (const [codec, words] of [['H264 42e01f', 'H.264 Constrained Baseline'], ['H264 42001f', 'H.264 Baseline'], ['H264 4d0028', 'H.264 Main'], ['H264 640c1f', 'H.264 High'], ['H264 7a001f', 'H264 7a001f'], ['VP8', 'VP8'], [null, '–']] as const) {
    it(`codec ${codec}`, () => assert.equal(describeCodec({ ...noStats, codec }, en), words));
  }
  it('a profile stands in brackets in Chinese', () => assert.equal(describeCodec({ ...noStats, codec: 'H264 42e01f' }, zh), 'H.264（Constrained Baseline）'));

  it('a delay is never below nothing, however the clocks differ', () => {
    assert.deepEqual(describeDelay({ kind: 'measured', medianMs: -2.4, uncertaintyMs: 11.2 } as Parameters<typeof describeDelay>[0], 'current', en), { value: '0 ms', uncertainty: '±12', reason: '' });
  });
});
