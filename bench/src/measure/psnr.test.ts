import assert from 'node:assert/strict';
import { measurePsnr, PSNR_OF_EQUAL_DB, resizeLuma, toLuma } from './psnr.ts';

const plane = (widthPx: number, heightPx: number, value: (index: number) => number) => ({ widthPx, heightPx, values: Float32Array.from({ length: widthPx * heightPx }, (_, index) => value(index)) });

describe('luma PSNR', () => {
  it('weighs colours by the height of the picture', () => {
    const red = new Uint8Array([255, 0, 0]);
    assert.ok(Math.abs((toLuma(red, 1, 1, 3, 720).values[0] as number) - 54.213) < 0.01);
    assert.ok(Math.abs((toLuma(red, 1, 1, 3, 480).values[0] as number) - 76.245) < 0.01);
  });
  it('skips alpha and refuses a short buffer', () => {
    assert.ok(Math.abs((toLuma(new Uint8Array([9, 9, 9, 0, 80, 80, 80, 255]), 2, 1, 4).values[1] as number) - 80) < 0.01);
    assert.throws(() => toLuma(new Uint8Array(11), 2, 2, 3), RangeError);
  });
  it('is 20 log10(255/e) for an even error of e', () => {
    assert.ok(Math.abs(measurePsnr(plane(4, 4, () => 100), plane(4, 4, () => 105)) - 20 * Math.log10(51)) < 1e-3);
  });
  it('has a ceiling for equal pictures and needs one size', () => {
    assert.equal(measurePsnr(plane(2, 2, () => 1), plane(2, 2, () => 1)), PSNR_OF_EQUAL_DB);
    assert.throws(() => measurePsnr(plane(2, 2, () => 1), plane(1, 4, () => 1)), RangeError);
  });
  it('shrinks by area', () => {
    const half = resizeLuma(plane(4, 2, (index) => [0, 10, 20, 30, 0, 10, 20, 30][index] as number), 2, 1);
    assert.deepEqual([...half.values], [5, 25]);
    const third = resizeLuma(plane(3, 1, (index) => index * 30), 2, 1);
    assert.deepEqual([...third.values].map(Math.round), [10, 50]);
  });
});
