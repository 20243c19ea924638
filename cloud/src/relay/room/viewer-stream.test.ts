import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PacketRing } from '../rtp/packet-ring.ts';
import { ViewerStream } from './viewer-stream.ts';

const HEADER = { payloadType: 102, playoutExtensionId: 0, ssrc: 9 };

/** One packet per frame unless said; payload octet tells which packet it is. */
function createBench(): { ring: PacketRing; stream: ViewerStream; sent: { sequence: number; id: number }[]; put: (sequence: number, options?: { key?: boolean; timestamp?: number }) => void } {
  const ring = new PacketRing(64);
  const sent: { sequence: number; id: number }[] = [];
  const stream = new ViewerStream(ring, 0, HEADER, (packet) => { sent.push({ sequence: packet.readUInt16BE(2), id: packet.readUInt32BE(12) }); return true; });
  let head = 0;
  return {
    ring, stream, sent,
    put(sequence, { key = false, timestamp = sequence * 3000 } = {}) {
      const slot = ring.claim(sequence);
      const packet = Buffer.alloc(4);
      packet.writeUInt32BE(sequence);
      Object.assign(slot, { packet, payloadStart: 0, timestamp, startsKeyFrame: key, playoutDelay: -1, marker: true, padding: false });
      head = Math.max(head, sequence);
      stream.handlePacket(slot);
      stream.catchUp(head, 1000);
    },
  };
}

describe('viewer stream', () => {
  it('begins with a key frame and goes on with every packet', () => {
    const { stream, sent, put } = createBench();
    put(100, { key: true });
    stream.open(null);
    put(101);
    assert.ok(stream.needsKeyFrame);
    for (const [sequence, key] of [[102, true], [103, false], [105, false], [104, false]] as const) put(sequence, { key });
    assert.deepEqual(sent.map(({ id }) => id), [102, 103, 105, 104]);
    assert.deepEqual(sent.map(({ sequence }) => sequence), [102, 103, 105, 104]);
  });

  it('catches up in order, with the live packets behind it', () => {
    const { stream, sent, put } = createBench();
    put(10, { key: true });
    for (let sequence = 11; sequence < 20; sequence += 1) put(sequence);
    stream.open(10);
    assert.equal(stream.catchUp(19, 4), false);
    put(20);
    assert.deepEqual(sent.map(({ id }) => id), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    assert.equal(stream.phase, 'live');
  });

  it('waits for the next key frame when the ring has run away', () => {
    const { stream } = createBench();
    stream.open(10);
    assert.equal(stream.catchUp(200, 4), false);
    assert.equal(stream.phase, 'waiting');
  });

  it('closes up the numbers of what is skipped, and finds what is asked for again', () => {
    const { stream, sent, put } = createBench();
    stream.open(null);
    put(1, { key: true });
    put(2);
    stream.setKeyFramesOnly(true);
    for (let sequence = 3; sequence < 10; sequence += 1) put(sequence);
    put(10, { key: true, timestamp: 77 });
    put(12, { timestamp: 77 });
    put(13);
    put(11, { timestamp: 77 });
    put(5);
    stream.setKeyFramesOnly(false);
    put(14);
    put(20, { key: true });
    put(21);
    assert.deepEqual(sent, [[1, 1], [2, 2], [3, 10], [5, 12], [4, 11], [6, 20], [7, 21]].map(([sequence, id]) => ({ sequence, id })));
    sent.length = 0;
    assert.equal(stream.resend([2, 3, 5, 7, 8, 60_000], () => true), 4);
    assert.deepEqual(sent, [[2, 2], [3, 10], [5, 12], [7, 21]].map(([sequence, id]) => ({ sequence, id })));
  });

  it('never gives one number to two packets', () => {
    fc.assert(fc.property(fc.array(fc.record({ step: fc.integer({ min: -4, max: 3 }), key: fc.boolean(), skip: fc.option(fc.boolean(), { nil: null }) }), { maxLength: 60 }), (events) => {
      const { stream, sent, put } = createBench();
      stream.open(null);
      let head = 100;
      const done = new Set<number>();
      for (const { step, key, skip } of events) {
        if (skip !== null) stream.setKeyFramesOnly(skip);
        const sequence = head + step;
        if (done.has(sequence)) continue;
        done.add(sequence);
        head = Math.max(head, sequence);
        put(sequence, { key });
      }
      const byNumber = new Map<number, number>();
      for (const { sequence, id } of sent) {
        assert.ok(!byNumber.has(sequence) || byNumber.get(sequence) === id, `number ${sequence} for ${byNumber.get(sequence)} and ${id}`);
        byNumber.set(sequence, id);
      }
    }));
  });
});
