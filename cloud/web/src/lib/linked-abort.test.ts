import assert from 'node:assert/strict';
import { linkAbort } from './linked-abort.ts';

describe('linked abort', () => {
  it('follows its parent, also one that was aborted before', () => {
    const parent = new AbortController();
    const before = linkAbort(parent.signal);
    assert.equal(before.signal.aborted, false);
    parent.abort();
    assert.deepEqual([before.signal.aborted, linkAbort(parent.signal).signal.aborted], [true, true]);
  });
  it('aborts alone, and follows no more once released', () => {
    const parent = new AbortController();
    const alone = linkAbort(parent.signal);
    alone.abort();
    assert.deepEqual([alone.signal.aborted, parent.signal.aborted], [true, false]);
    const released = linkAbort(parent.signal);
    released.release();
    parent.abort();
    assert.equal(released.signal.aborted, false);
  });
});
