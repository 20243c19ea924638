import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { decodePng } from './png.ts';

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 };

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Writes a PNG with the given filter on every row; an independent twin of the reader, by the specification's forward filters. */
function encodePng(pixels: Uint8Array, widthPx: number, heightPx: number, colorType: number, filters: readonly number[]): Buffer {
  const step = CHANNELS[colorType] as number;
  const rowBytes = widthPx * step;
  const rows: Buffer[] = [];
  const at = (row: number, index: number) => (row < 0 || index < 0 ? 0 : pixels[row * rowBytes + index] as number);
  for (let row = 0; row < heightPx; row += 1) {
    const filter = filters[row % filters.length] as number;
    const line = Buffer.alloc(rowBytes + 1);
    line[0] = filter;
    for (let index = 0; index < rowBytes; index += 1) {
      const [a, b, c] = [at(row, index - step), at(row - 1, index), index >= step ? at(row - 1, index - step) : 0];
      const p = a + b - c;
      const paeth = Math.abs(p - a) <= Math.abs(p - b) && Math.abs(p - a) <= Math.abs(p - c) ? a : Math.abs(p - b) <= Math.abs(p - c) ? b : c;
      line[index + 1] = (at(row, index) - [0, a, b, Math.floor((a + b) / 2), paeth][filter]!) & 255;
    }
    rows.push(line);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header[8] = 8;
  header[9] = colorType;
  const data = deflateSync(Buffer.concat(rows));
  const middle = Math.floor(data.length / 2);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('tEXt', Buffer.from('Conversion\0none')),
    chunk('IDAT', data.subarray(0, middle)), chunk('IDAT', data.subarray(middle)), chunk('IEND', Buffer.alloc(0))]);
}

describe('PNG reader', () => {
  it('reads every filter and colour type back', () => {
    const picture = fc.record({ widthPx: fc.integer({ min: 1, max: 9 }), heightPx: fc.integer({ min: 1, max: 9 }), colorType: fc.constantFrom(0, 2, 4, 6), filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }), seed: fc.uint8Array({ minLength: 324, maxLength: 324 }) });
    fc.assert(fc.property(picture, ({ widthPx, heightPx, colorType, filters, seed }) => {
      const step = CHANNELS[colorType] as number;
      const read = decodePng(encodePng(seed, widthPx, heightPx, colorType, filters));
      assert.deepEqual([read.widthPx, read.heightPx], [widthPx, heightPx]);
      for (let index = 0; index < widthPx * heightPx; index += 1) {
        const from = step < 3 ? [0, 0, 0] : [0, 1, 2];
        assert.deepEqual([...read.rgb.subarray(index * 3, index * 3 + 3)], from.map((offset) => seed[index * step + offset]));
      }
    }), { numRuns: 60 });
  });
  it('refuses anything else with a RangeError', () => {
    const good = encodePng(new Uint8Array(48).fill(7), 4, 4, 2, [4]);
    fc.assert(fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(good.length), (position, value, length) => {
      const broken = Buffer.from(good);
      broken[position] = value;
      try {
        decodePng(broken.subarray(0, length));
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }), { numRuns: 300 });
    fc.assert(fc.property(fc.uint8Array(), (bytes) => { assert.throws(() => decodePng(bytes), RangeError); }));
  });
  it('does not inflate more than the header says', () => {
    const bomb = encodePng(new Uint8Array(30_000), 100, 100, 2, [0]);
    bomb.writeUInt32BE(1, 16);
    assert.throws(() => decodePng(bomb), RangeError);
  });
});
