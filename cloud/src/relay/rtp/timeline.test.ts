import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PacketRing } from './packet-ring.ts';
import { Timeline } from './timeline.ts';

describe('timeline', () => {
  it('goes on with the next number and the elapsed time, across wraps', () => {
    const line = new Timeline(65_535, 0xffff_ff00);
    line.bind(500, 1_000_000, 0);
    assert.equal(line.mapSequence(500) & 0xffff, 0);
    assert.equal(line.mapTimestamp(1_000_000), 0xffff_ff00);
    line.advance(line.mapSequence(503), line.mapTimestamp(1_003_000), 33);
    line.unbind();
    line.bind(9, 77, 133);
    assert.equal(line.mapSequence(9) & 0xffff, 4);
    assert.equal(line.mapTimestamp(77), (0xffff_ff00 + 3000 + 9000) >>> 0);
    assert.equal(line.mapTimestamp(76), (0xffff_ff00 + 3000 + 8999) >>> 0);
  });

  it('never steps back between publishers', () => {
    fc.assert(fc.property(fc.array(fc.record({ at: fc.nat(1_000_000), rtp: fc.nat(0xffffffff), steps: fc.nat(50) }), { minLength: 2, maxLength: 6 }), fc.nat(0xffffffff), (publishers, start) => {
      const line = new Timeline(start & 0xffff, start);
      let nowMs = 0;
      let last: { sequence: number; timestamp: number } | null = null;
      for (const { at, rtp, steps } of publishers) {
        nowMs += at / 100;
        line.unbind();
        line.bind(at, rtp, nowMs);
        for (let step = 0; step <= steps; step += 1) {
          const next = { sequence: line.mapSequence(at + step), timestamp: line.mapTimestamp((rtp + step * 3000) >>> 0) };
          if (last) {
            assert.equal(next.sequence, last.sequence + 1);
            assert.ok(((next.timestamp - last.timestamp) | 0) > 0);
          }
          line.advance(next.sequence, next.timestamp, nowMs + step * 33);
          last = next;
        }
        nowMs += steps * 33;
      }
    }));
  });
});

describe('packet ring', () => {
  it('keeps the newest, forgets what was overwritten', () => {
    const ring = new PacketRing(4);
    for (let sequence = 1; sequence <= 6; sequence += 1) ring.claim(sequence).packet = Buffer.of(sequence);
    assert.equal(ring.get(2), null);
    assert.equal(ring.get(3)?.packet?.[0], 3);
    assert.equal(ring.get(7), null);
  });
});
