import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { decodePng } from './png.ts';

describe('PNG of a still', () => {
  it('is read as RGBA, top row first', () => {
    const picture = new PNG({ width: 2, height: 1 });
    picture.data = Buffer.from([10, 20, 30, 255, 40, 50, 60, 255]);
    const read = decodePng(PNG.sync.write(picture, { colorType: 2 }));
    assert.deepEqual([read.widthPx, read.heightPx, [...read.rgba]], [2, 1, [10, 20, 30, 255, 40, 50, 60, 255]]);
  });
  it('is refused when it is cut short', () => {
    const bytes = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    assert.throws(() => decodePng(bytes.subarray(0, 40)), RangeError);
  });
});
