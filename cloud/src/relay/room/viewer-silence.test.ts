import assert from 'node:assert/strict';
import { PacketRing } from '../rtp/packet-ring.ts';
import { Viewer } from './viewer.ts';
import { ViewerStream } from './viewer-stream.ts';

/** A receiver report without blocks: eight bytes that say no more than "I am here". */
const EMPTY_REPORT = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 9]);

/** A viewer whose clock stands where the test puts it. */
function createViewer(): { readonly viewer: Viewer; readonly clock: { nowMs: number } } {
  const clock = { nowMs: 0 };
  const viewer = new Viewer({
    resourceId: 'r', etag: 'e', linkId: 'l', expiresAtMs: Infinity, place: { open: () => undefined, leave: () => undefined }, iceUfrag: 'u', epoch: 'epoch', ssrc: 9,
    stream: new ViewerStream(new PacketRing(16), 0, { payloadType: 102, playoutExtensionId: 0, ssrc: 9 }, () => true),
    host: { needKeyFrame: () => undefined, hasWatcherBeside: () => false, noteOverBudget: () => undefined, isLate: () => false, streamBitsPerSecond: 0, ingestLoss: 0 },
    nowMs: () => clock.nowMs, unixMs: () => 0,
  });
  return { viewer, clock };
}

describe('viewer: when its silence means that it is gone', () => {
  it('not connected: after 10 s', () => {
    const { viewer, clock } = createViewer();
    clock.nowMs = 10_000;
    assert.equal(viewer.isSilent(clock.nowMs), false);
    assert.equal(viewer.isSilent(10_001), true);
  });

  it('one that has spoken: 15 s after its last word', () => {
    const { viewer, clock } = createViewer();
    viewer.stream.open(null);
    clock.nowMs = 5000;
    viewer.handleMedia(EMPTY_REPORT);
    assert.equal(viewer.isSilent(20_000), false);
    assert.equal(viewer.isSilent(20_001), true);
  });

  it('one that receives without RTCP: never; its path closes when ICE\'s consent runs out', () => {
    const { viewer } = createViewer();
    viewer.stream.open(null);
    assert.equal(viewer.isSilent(3_600_000), false);
  });
});
