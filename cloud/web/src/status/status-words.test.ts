import assert from 'node:assert/strict';
import { formatDuration } from './duration.ts';
import { describeStatus } from './status-words.ts';
import type { StreamStatus } from './stream-status.ts';

const statuses: readonly StreamStatus[] = [
  { kind: 'opening' }, { kind: 'waiting' }, { kind: 'live' }, { kind: 'unchanged', forMs: 65_000 }, { kind: 'stalled', forMs: 3000 }, { kind: 'late' }, { kind: 'unreported' }, { kind: 'blocked' }, { kind: 'reconnecting', part: 'hub', pictureArrives: true },
  { kind: 'no-signal', signal: 'no-cable', detail: null, forMs: 1000 }, { kind: 'no-signal', signal: 'protected', detail: null, forMs: null },
  ...(['box', 'hub', 'relay', 'path', 'browser'] as const).map((part) => ({ kind: 'reconnecting', part, pictureArrives: false }) as const),
  { kind: 'suspended' }, { kind: 'ended' }, { kind: 'failed', reason: 'no-h264' }, { kind: 'failed', reason: 'link-expired' },
];

describe('words of a status', () => {
  for (const language of ['zh', 'en'] as const) {
    it(`tells every status apart by its words (${language})`, () => {
      assert.equal(new Set(statuses.map((status) => describeStatus(status, language).spoken)).size, statuses.length);
    });
    it(`leaves no placeholder unfilled (${language})`, () => {
      for (const status of statuses) assert.doesNotMatch(Object.values(describeStatus(status, language)).join(' '), /[{}]|undefined|null/);
    });
  }
  it('shows a running time but does not read it out each second', () => {
    const one = describeStatus({ kind: 'unchanged', forMs: 65_000 }, 'en');
    assert.equal(one.title, 'Unchanged for 1:05');
    assert.equal(one.spoken, describeStatus({ kind: 'unchanged', forMs: 66_000 }, 'en').spoken);
    assert.equal(one.spoken, 'Unchanged · signal live');
    assert.equal(describeStatus({ kind: 'unchanged', forMs: 65_000 }, 'zh').spoken, '画面未变化 · 信号正常');
  });
  it('only live is green', () => {
    assert.deepEqual(statuses.filter((status) => describeStatus(status, 'en').tone === 'good').map((status) => status.kind), ['live']);
  });
});

describe('duration', () => {
  for (const [ms, text] of [[0, '0:00'], [999, '0:00'], [65_900, '1:05'], [3_600_000, '1:00:00'], [45_296_000, '12:34:56'], [-5, '0:00']] as const) it(`${ms} ms is ${text}`, () => assert.equal(formatDuration(ms), text));
});
