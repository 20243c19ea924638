import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { crc16, readTimecode } from '@scanlink/protocol';

/** RGBA of 256x16 pixels with a time code, written here anew by the description in protocol/src/timecode.ts. */
function drawCode(timestampUs: number, noise: (index: number) => number): Uint8ClampedArray {
  const bytes = Array.from({ length: 6 }, (_, index) => Math.floor(timestampUs / 256 ** (5 - index)) % 256);
  const crc = crc16(bytes);
  const bits = [...bytes, crc >> 8, crc & 255].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Uint8ClampedArray.from({ length: 256 * 16 * 4 }, (_, index) => {
    const pixel = index >> 2;
    const cell = Math.floor((pixel >> 8) / 8) * 32 + Math.floor((pixel & 255) / 8);
    return (bits[cell] === '1' ? 235 : 16) + noise(index);
  });
}

describe('time code reader as it runs in the page', () => {
  // The page gets the functions' own source text: nothing of TypeScript, and no import, may be left in it.
  const inPage = runInNewContext(`${crc16.toString()}\n${readTimecode.toString()}\nreadTimecode`) as typeof readTimecode;

  it('reads what was drawn, through the noise of an encoder', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer({ min: 1, max: 90 }), (timestampUs, level) => {
      assert.equal(inPage(drawCode(timestampUs, (index) => (index * 7919 % (2 * level)) - level), 256), timestampUs);
    }), { numRuns: 40 });
  });
  it('finds none in a picture without one', () => {
    assert.equal(inPage(new Uint8ClampedArray(256 * 16 * 4).fill(90), 256), null);
    const torn = drawCode(123_456_789, () => 0);
    torn.copyWithin(8 * 256 * 4, 0, 8 * 256 * 4);
    assert.equal(inPage(torn, 256), null);
  });
});
