import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ntpMiddle, parseRtcp, roundTripMs } from './rtcp.ts';

const SSRC = 0x11223344;
const OTHER = 0x55667788;

function packet(type: number, count: number, words: readonly number[]): Buffer {
  const body = Buffer.alloc(4 + words.length * 4);
  body[0] = 0x80 | count;
  body[1] = type;
  body.writeUInt16BE(words.length, 2);
  words.forEach((word, index) => body.writeUInt32BE(word >>> 0, 4 + index * 4));
  return body;
}
const block = (ssrc: number, fraction: number, lost: number): number[] => [ssrc, (fraction << 24) | (lost & 0xffffff), 7, 90, 0x10000, 0x8000];

describe('parseRtcp', () => {
  it('reads a receiver report of the stream and leaves those of others out', () => {
    const events = parseRtcp(packet(201, 2, [1, ...block(OTHER, 200, 9), ...block(SSRC, 64, -1)]), SSRC);
    assert.deepEqual(events, [{ type: 'receiver-report', fractionLost: 0.25, cumulativeLost: -1, jitter: 90, lastSr: 0x10000, delaySinceLastSr: 0x8000 }]);
  });

  it('reads report blocks of a sender report', () => {
    const events = parseRtcp(packet(200, 1, [1, 0, 0, 0, 0, 0, ...block(SSRC, 128, 5)]), SSRC);
    assert.equal(events[0]?.type === 'receiver-report' && events[0].fractionLost, 0.5);
  });

  it('reads a compound: report, PLI, FIR; a NACK is not its business', () => {
    const compound = Buffer.concat([
      packet(201, 1, [1, ...block(SSRC, 0, 0)]),
      packet(205, 1, [1, SSRC, (0xffff << 16) | 0b101]),
      packet(206, 1, [1, SSRC]),
      packet(206, 4, [1, 0, OTHER, 0, SSRC, 0x01000000]),
    ]);
    assert.deepEqual(parseRtcp(compound, SSRC).slice(1), [{ type: 'pli' }, { type: 'fir' }]);
  });

  const passedOver: readonly (readonly [string, Buffer])[] = [
    ['REMB', packet(206, 15, [1, 0, 0x52454d42, 0x01001000, SSRC])],
    ['PLI for another stream', packet(206, 1, [1, OTHER])],
    ['NACK for another stream', packet(205, 1, [1, OTHER, 5 << 16])],
    ['FIR that names another stream only', packet(206, 4, [1, 0, OTHER, 0])],
    ['transport-cc feedback', packet(205, 15, [1, SSRC, 0, 0])],
    ['empty', Buffer.alloc(0)],
    ['length beyond the end', Buffer.from([0x81, 201, 0, 200, 0, 0, 0, 1])],
    ['another version', Buffer.from([0x01, 206, 0, 2, 0, 0, 0, 1, 0x11, 0x22, 0x33, 0x44])],
    ['a report that names more blocks than it holds', packet(201, 3, [1])],
  ];
  for (const [name, bytes] of passedOver) it(`passes over: ${name}`, () => assert.deepEqual(parseRtcp(bytes, SSRC), []));

  it('keeps what stands before a fault', () => {
    const cut = Buffer.concat([packet(206, 1, [1, SSRC]), Buffer.from([0x81, 201, 1, 0])]);
    assert.deepEqual(parseRtcp(cut, SSRC), [{ type: 'pli' }]);
  });

  it('takes any bytes without throwing, and never says more than they can hold', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const events = parseRtcp(Buffer.from(bytes), SSRC);
      assert.ok(events.length <= bytes.length / 8);
      for (const event of events) if (event.type === 'receiver-report') assert.ok(event.fractionLost >= 0 && event.fractionLost < 1);
    }));
  });

  it('takes damaged compounds', () => {
    const good = Buffer.concat([packet(201, 1, [1, ...block(SSRC, 64, 1)]), packet(205, 1, [1, SSRC, 5 << 16]), packet(206, 4, [1, 0, SSRC, 0])]);
    fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
      const damaged = Buffer.from(good);
      damaged[at] = value;
      parseRtcp(damaged.subarray(0, length), SSRC);
    }));
  });
});

describe('roundTripMs', () => {
  it('is now minus the report sent, minus the time the far end held it', () => {
    const sent = ntpMiddle(1_700_000_000_000);
    const rtt = roundTripMs({ lastSr: sent, delaySinceLastSr: 65_536 / 2 }, ntpMiddle(1_700_000_000_520));
    assert.ok(rtt !== null && Math.abs(rtt - 20) < 0.1, String(rtt));
  });
  it('works over the wrap of the 16-bit seconds', () => {
    const wrapMs = (65_536 * 33_000 - 2_208_988_800) * 1000;
    const rtt = roundTripMs({ lastSr: ntpMiddle(wrapMs - 10), delaySinceLastSr: 0 }, ntpMiddle(wrapMs + 10));
    assert.ok(rtt !== null && Math.abs(rtt - 20) < 0.1, String(rtt));
  });
  it('is unknown before the far end saw a report, and never negative', () => {
    assert.equal(roundTripMs({ lastSr: 0, delaySinceLastSr: 5 }, 1000), null);
    assert.equal(roundTripMs({ lastSr: 1000, delaySinceLastSr: 500 }, 1200), 0);
  });
});
