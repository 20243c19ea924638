import assert from 'node:assert/strict';
import { FrameRate } from './frame-rate.ts';

/** Presents frames number `from` to `to` of a stream, each at presentMs(index). */
function present(rate: FrameRate, from: number, to: number, fps: number, presentMs: (index: number) => number, rtpStart = 0): void {
  for (let index = from; index < to; index += 1) rate.takeFrame({ rtpTimestamp: (rtpStart + (index * 90_000) / fps) % 2 ** 32, presentationTimeMs: presentMs(index), presentedFrames: index + 1 });
}
/** The display shows a frame at its next refresh. */
const atRefresh = (ms: number): number => Math.ceil(ms / (1000 / 60)) * (1000 / 60);

describe('frame rate', () => {
  for (const fps of [10, 24, 25, 30, 50, 60]) {
    it(`is that of the pictures, not of the display: ${fps}`, () => {
      const rate = new FrameRate();
      for (let index = 0; index < 4 * fps; index += 1) {
        present(rate, index, index + 1, fps, (each) => atRefresh((each * 1000) / fps), 0xffff0000);
        const shown = rate.fps(atRefresh((index * 1000) / fps));
        if (shown !== null) assert.equal(Math.round(shown), fps, `frame ${index}`);
      }
      assert.notEqual(rate.fps(4000), null);
    });
  }
  it('is unknown until half a second was seen', () => {
    const rate = new FrameRate();
    present(rate, 0, 15, 30, (index) => (index * 1000) / 30);
    assert.equal(rate.fps(470), null);
    present(rate, 15, 17, 30, (index) => (index * 1000) / 30);
    assert.equal(Math.round(rate.fps(540) ?? 0), 30);
  });
  it('is never more than the true one while gathered pictures are caught up with', () => {
    const rate = new FrameRate();
    // Thirty pictures of a second come at each refresh, then all goes on at its pace.
    const presentMs = (index: number): number => (index < 30 ? 500 + index * (1000 / 60) : (index * 1000) / 30);
    const shown: number[] = [];
    for (let index = 0; index < 120; index += 1) {
      present(rate, index, index + 1, 30, presentMs);
      const fps = rate.fps(presentMs(index));
      if (fps !== null) shown.push(Math.round(fps));
    }
    assert.ok(shown.length > 30 && Math.max(...shown) === 30, shown.join(' '));
    assert.equal(shown.at(-1), 30);
  });
  it('falls when pictures are left out, or come late', () => {
    const half = new FrameRate();
    for (let index = 0; index < 60; index += 2) half.takeFrame({ rtpTimestamp: index * 3000, presentationTimeMs: (index * 1000) / 30, presentedFrames: index / 2 + 1 });
    assert.equal(Math.round(half.fps(1940) ?? 0), 15);
    const late = new FrameRate();
    present(late, 0, 40, 30, (index) => index * 50);
    assert.equal(Math.round(late.fps(1960) ?? 0), 20);
  });
  it('counts frames whose callback was missed', () => {
    const rate = new FrameRate();
    for (let index = 0; index < 60; index += 3) rate.takeFrame({ rtpTimestamp: index * 3000, presentationTimeMs: (index * 1000) / 30, presentedFrames: index + 1 });
    assert.equal(Math.round(rate.fps(1900) ?? 0), 30);
  });
  it('does without the pictures\' time', () => {
    const rate = new FrameRate();
    for (let index = 0; index < 60; index += 1) rate.takeFrame({ rtpTimestamp: undefined, presentationTimeMs: index * 40, presentedFrames: index + 1 });
    assert.equal(Math.round(rate.fps(2360) ?? 0), 25);
  });
  it('begins anew after a pause, in another element, and for another picture', () => {
    const rate = new FrameRate();
    present(rate, 0, 60, 30, (index) => (index * 1000) / 30);
    assert.equal(rate.fps(4000), null);
    present(rate, 60, 65, 30, (index) => 6000 + (index * 1000) / 30);
    assert.equal(rate.fps(8150), null);
    present(rate, 0, 30, 10, (index) => 9000 + index * 100);
    assert.equal(Math.round(rate.fps(11_900) ?? 0), 10);
    rate.reset();
    assert.equal(rate.fps(11_900), null);
  });
});
