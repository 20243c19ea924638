import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ntpMiddle, readRtcp, roundTripMs, type RtcpItem } from './rtcp.ts';

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

const report = (mediaSsrc: number, lossFraction: number, cumulativeLost: number): RtcpItem => ({ kind: 'report', mediaSsrc, lossFraction, cumulativeLost, jitter: 90, lastSr: 0x10000, delaySinceLastSr: 0x8000 });

describe('readRtcp', () => {
  const table: readonly (readonly [name: string, bytes: Buffer, items: readonly RtcpItem[]])[] = [
    ['blocks of a receiver report', packet(201, 2, [1, ...block(OTHER, 192, 9), ...block(SSRC, 64, -1)]), [report(OTHER, 0.75, 9), report(SSRC, 0.25, -1)]],
    ['a sender report and its block', packet(200, 1, [1, 0x00012345, 0x67890000, 77, 0, 0, ...block(SSRC, 128, 5)]), [{ kind: 'sender-report', ssrc: 1, ntpMiddle: 0x23456789, rtp: 77 }, report(SSRC, 0.5, 5)]],
    ['NACK', packet(205, 1, [1, SSRC, ((0xfffe << 16) | 0b101) >>> 0]), [{ kind: 'nack', mediaSsrc: SSRC, sequences: [0xfffe, 0xffff, 1] }]],
    ['PLI', packet(206, 1, [1, SSRC]), [{ kind: 'pli', mediaSsrc: SSRC }]],
    ['every entry of a FIR', packet(206, 4, [1, 0, OTHER, 0, SSRC, 0x01000000]), [{ kind: 'fir', mediaSsrc: OTHER }, { kind: 'fir', mediaSsrc: SSRC }]],
    ['REMB', packet(206, 15, [1, 0, 0x52454d42, 0x01041000, SSRC]), [{ kind: 'remb', bitsPerSecond: 0x1000 * 2 }]],
    ['BYE', packet(203, 1, [SSRC]), [{ kind: 'bye', ssrc: SSRC }]],
    ['an empty report', packet(201, 0, [1]), [{ kind: 'other' }]],
    ['SDES', packet(202, 1, [1, 0x01000000]), [{ kind: 'other' }]],
    ['transport-cc feedback', packet(205, 15, [1, SSRC, 0, 0]), [{ kind: 'other' }]],
    ['a report that names more blocks than it holds', packet(201, 3, [1]), [{ kind: 'other' }]],
    ['nothing', Buffer.alloc(0), []],
    ['a length beyond the end', Buffer.from([0x81, 201, 0, 200, 0, 0, 0, 1]), []],
    ['another version', Buffer.from([0x01, 206, 0, 2, 0, 0, 0, 1, 0x11, 0x22, 0x33, 0x44]), []],
    ['what stands before a fault', Buffer.concat([packet(206, 1, [1, SSRC]), Buffer.from([0x81, 201, 1, 0])]), [{ kind: 'pli', mediaSsrc: SSRC }]],
  ];
  for (const [name, bytes, items] of table) it(`reads ${name}`, () => assert.deepEqual(readRtcp(bytes), items));

  it('takes any bytes without throwing, and never says more than they can hold', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const items = readRtcp(Buffer.from(bytes));
      assert.ok(items.length <= bytes.length / 4);
      for (const item of items) if (item.kind === 'report') assert.ok(item.lossFraction >= 0 && item.lossFraction < 1);
    }));
  });

  it('takes damaged compounds', () => {
    const good = Buffer.concat([packet(201, 1, [1, ...block(SSRC, 64, 1)]), packet(205, 1, [1, SSRC, 5 << 16]), packet(206, 4, [1, 0, SSRC, 0])]);
    fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
      const damaged = Buffer.from(good);
      damaged[at] = value;
      readRtcp(damaged.subarray(0, length));
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
