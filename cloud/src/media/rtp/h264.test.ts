import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { HAS_IDR, HAS_SPS, inspectH264, STARTS_IDR } from './h264.ts';

const cases: readonly (readonly [string, string, number])[] = [
  ['single SPS', '67424000', HAS_SPS],
  ['single IDR', '6588', STARTS_IDR | HAS_IDR],
  ['single non-IDR', '4188', 0],
  ['PPS', '68ce', 0],
  ['STAP-A of SPS and PPS', '7800026742000268ce', HAS_SPS],
  ['STAP-A of SPS and IDR', '7800026742000165', HAS_SPS | STARTS_IDR | HAS_IDR],
  ['STAP-A, truncated', '78000967', 0],
  ['FU-A, first of an IDR', '7c85aa', STARTS_IDR | HAS_IDR],
  ['FU-A, later of an IDR', '7c05aa', HAS_IDR],
  ['FU-A, first of a non-IDR', '7c81aa', 0],
  ['FU-A, truncated', '7c', 0],
];

describe('H.264 in RTP', () => {
  for (const [name, hex, bits] of cases) {
    it(`tells ${name}`, () => {
      const packet = Buffer.from(`0000${hex}`, 'hex');
      assert.equal(inspectH264(packet, 2, packet.length), bits);
    });
  }

  it('takes any octets without a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(70), (octets, start) => {
      assert.ok(inspectH264(Buffer.from(octets), start, octets.length) < 8);
    }));
  });
});
