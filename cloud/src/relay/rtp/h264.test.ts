import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { carriesParameterSet } from './h264.ts';

const cases: readonly (readonly [string, string, boolean])[] = [
  ['single SPS', '67424000', true],
  ['single IDR', '6588', false],
  ['single non-IDR', '4188', false],
  ['PPS', '68ce', false],
  ['STAP-A of SPS and PPS', '7800026742000268ce', true],
  ['STAP-A of SPS and IDR', '7800026742000165', true],
  ['STAP-A, truncated', '78000967', false],
  ['FU-A, first of an IDR', '7c85aa', false],
  ['FU-A, later of an IDR', '7c05aa', false],
  ['FU-A, first of a non-IDR', '7c81aa', false],
  ['FU-A, first of an SPS', '7c8742', true],
  ['FU-A, later of an SPS', '7c0742', false],
  ['STAP-A, SPS behind a PPS', '78000268ce000267aa', true],
  ['FU-A, truncated', '7c', false],
];

describe('H.264 in RTP', () => {
  for (const [name, hex, begins] of cases) {
    it(`tells ${name}`, () => {
      const packet = Buffer.from(`0000${hex}`, 'hex');
      assert.equal(carriesParameterSet(packet, 2, packet.length), begins);
    });
  }

  it('takes any octets without a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(70), (octets, start) => {
      assert.equal(typeof carriesParameterSet(Buffer.from(octets), start, octets.length), 'boolean');
    }));
  });
});
