import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readRtcp } from '@scanlink/protocol/rtp/rtcp';
import { writeNack, writePli, writeReceiverReport, writeSenderReport } from './rtcp-write.ts';

describe('RTCP', () => {
  it('reads what it writes, in one compound', () => {
    const report = { mediaSsrc: 7, lossFraction: 0.25, cumulativeLost: 3, highestSequence: 70_000, jitter: 12.7, lastSenderReport: 0xaabbccdd, delaySinceSenderReport: 65_536 };
    const compound = Buffer.concat([writeSenderReport(5, 1_700_000_000_500, 90_000, 10, 1000, 'name'), writeReceiverReport(1, report), writeNack(1, 7, [65_534, 65_535, 0, 14, 15]), writePli(1, 7)]);
    assert.deepEqual(readRtcp(compound), [
      { kind: 'sender-report', ssrc: 5, ntpMiddle: ((((1_700_000_000 + 2_208_988_800) & 0xffff) * 65_536) + 0x8000) >>> 0, rtp: 90_000 },
      { kind: 'other' },
      { kind: 'report', mediaSsrc: 7, lossFraction: 0.25, cumulativeLost: 3, jitter: 12, lastSr: 0xaabbccdd, delaySinceLastSr: 65_536 },
      { kind: 'nack', mediaSsrc: 7, sequences: [65_534, 65_535, 0, 14, 15] },
      { kind: 'pli', mediaSsrc: 7 },
    ]);
  });

  it('packs neighbours into one entry', () => {
    assert.equal(writeNack(1, 7, [10, 11, 26]).length, 16);
    assert.equal(writeNack(1, 7, [10, 27]).length, 20);
  });

  it('writes lengths that fit the octets', () => {
    for (const name of ['', 'a', 'ab', 'abc', 'abcd']) {
      const packet = writeSenderReport(5, 0, 1, 1, 1, name);
      let at = 0;
      while (at < packet.length) at += (packet.readUInt16BE(at + 2) + 1) * 4;
      assert.equal(at, packet.length);
    }
  });

  it('reads FIR and REMB', () => {
    assert.deepEqual(readRtcp(Buffer.from('84ce000400000001000000000000000901000000', 'hex')), [{ kind: 'fir', mediaSsrc: 9 }]);
    assert.deepEqual(readRtcp(Buffer.from('8fce0005000000010000000052454d42010bd09000000009', 'hex')), [{ kind: 'remb', bitsPerSecond: 0x3d090 * 4 }]);
  });

  it('takes any octets without a throw, and bounded', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 200, max: 207 }), (octets, type) => {
      const packet = Buffer.from(octets);
      if (packet.length > 4) { packet[0] = 0x80 | (packet[0]! & 31); packet[1] = type; packet[2] = 0; packet[3] = Math.min(packet[3]!, packet.length / 4 - 1); }
      for (const item of readRtcp(packet)) if (item.kind === 'nack') assert.ok(item.sequences.length <= 528);
    }));
  });
});
