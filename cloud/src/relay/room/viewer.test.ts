import assert from 'node:assert/strict';
import { writeNack, writePli } from '../rtp/rtcp-write.ts';
import { MAX_NACKED_A_PACKET } from './peer-budget.ts';
import { Viewer, type ViewerOptions } from './viewer.ts';

const SSRC = 9;

/** A viewer whose stream has every packet that is asked for; each costs one byte, so that the byte budget does not speak first. */
function createBench() {
  const seen = { asked: 0, keyFrames: 0, overBudget: 0, left: 0 };
  const bench = { late: false, nowMs: 0, seen };
  const stream = {
    phase: 'live', failedSends: 0, needsKeyFrame: false, setKeyFramesOnly: () => undefined,
    resend: (sequences: readonly number[], may: (sequence: number, bytes: number) => boolean) => { for (const each of sequences) if (may(each, 1)) seen.asked += 1; },
  };
  const viewer = new Viewer({
    resourceId: 'r', etag: 'e', linkId: 'l', expiresAtMs: Infinity, iceUfrag: 'u', epoch: 'epoch', ssrc: SSRC, nowMs: () => bench.nowMs, unixMs: () => 0,
    place: { open: () => undefined, leave: () => (seen.left += 1) },
    host: {
      needKeyFrame: () => (seen.keyFrames += 1), hasWatcherBeside: () => true, noteOverBudget: () => (seen.overBudget += 1), isLate: () => bench.late,
      streamBitsPerSecond: 2_500_000, ingestLoss: 0,
    },
    stream: stream as unknown as ViewerOptions['stream'],
  });
  return { ...bench, viewer, seen, setLate: (late: boolean) => { bench.late = late; } };
}

describe('viewer', () => {
  it(`is sent at most ${MAX_NACKED_A_PACKET} packets again for one compound, however many blocks it has`, () => {
    const { viewer, seen } = createBench();

    const block = (first: number): Buffer => writeNack(1, SSRC, Array.from({ length: 100 }, (_, index) => first + index));
    viewer.handleMedia(Buffer.concat([block(0), block(1000), block(2000), block(3000)]));
    assert.equal(seen.asked, MAX_NACKED_A_PACKET);
    viewer.handleMedia(block(5000));
    assert.equal(seen.asked, MAX_NACKED_A_PACKET + 100, 'the next compound has its own');
  });

  it('asks for nothing out of a queue that is out of date: it is left out and counted', () => {
    const { viewer, seen, setLate } = createBench();
    setLate(true);
    viewer.handleMedia(writeNack(1, SSRC, [1, 2, 3]));
    viewer.handleMedia(writePli(1, SSRC));
    assert.deepEqual([seen.asked, seen.keyFrames, seen.overBudget], [0, 0, 2]);
    setLate(false);
    viewer.handleMedia(writeNack(1, SSRC, [1, 2, 3]));
    viewer.handleMedia(writePli(1, SSRC));
    assert.deepEqual([seen.asked, seen.keyFrames, seen.overBudget], [3, 1, 2]);
  });

  it('asks for nothing of another stream', () => {
    const { viewer, seen } = createBench();
    viewer.handleMedia(writeNack(1, SSRC + 1, [1, 2, 3]));
    viewer.handleMedia(writePli(1, SSRC + 1));
    assert.deepEqual([seen.asked, seen.keyFrames], [0, 0]);
  });

  it('gives its place back when it closes', () => {
    const { viewer, seen } = createBench();
    viewer.close();
    assert.equal(seen.left, 1);
  });
});
