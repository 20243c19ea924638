/** Console profiles on the pictures they were drawn over, as the simulated console puts them out. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findConsole, readConsoles, recogniseConsole, settingsFor, type ConsoleProfile } from '@scanlink/board';
import { Watch } from '@scanlink/hal/capture/capture.contract';
import { createSimDriver } from '@scanlink/hal/capture/capture.sim';
import { loadProbes } from '@scanlink/hal/native/probe';
import { skipTest } from '../support/skip.ts';

const PICTURES = fileURLToPath(new URL('../../../shared/data/consoles/', import.meta.url));
type Rectangle = NonNullable<ConsoleProfile['crop']>;

/** The brightest of a pixel's colours, in a captured frame of RGB24. */
interface Picture { readonly widthPx: number; readonly heightPx: number; at(x: number, y: number): number }

async function capture(file: string, timing: string): Promise<Picture> {
  const input = await createSimDriver().open({ source: join(PICTURES, file), timing, pixelFormat: 'RGB24' });
  const watch = new Watch(loadProbes().createProbe(input.handle, { copy: true }));
  try {
    await watch.moreFrames(4);
    const { data, strideBytes, widthPx, heightPx } = watch.frames.at(-1)!;
    return { widthPx, heightPx, at: (x, y) => Math.max(...data!.subarray(y * strideBytes + x * 3, y * strideBytes + x * 3 + 3)) };
  } finally {
    watch.probe.close();
    await input.close();
  }
}

/** Pixels of a rectangle that are brighter than this; letters are brighter than 140. */
function countBright(picture: Picture, { x, y, widthPx, heightPx }: Rectangle, least = 140): number {
  let count = 0;
  for (let row = y; row < y + heightPx; row += 1) for (let column = x; column < x + widthPx; column += 1) if (picture.at(column, row) > least) count += 1;
  return count;
}

const CASES = [
  // Beside each: where the console writes what must not be sent, and what must be seen.
  { name: 'ge-logiq-700', file: 'us-ge-logiq700-screen.dcm', timing: '640x480p60', words: { x: 8, y: 20, widthPx: 300, heightPx: 84 }, seen: { x: 80, y: 150, widthPx: 240, heightPx: 120 } },
  { name: 'sonosite-turbo', file: 'us-sonosite-turbo-cine30.dcm', timing: '640x480p60', words: { x: 0, y: 0, widthPx: 80, heightPx: 64 }, seen: { x: 280, y: 160, widthPx: 100, heightPx: 200 } },
  { name: 'ge-ct-1280x1024', file: 'ct-ge-ankle.dcm', timing: '1280x1024p60', words: { x: 830, y: 20, widthPx: 310, heightPx: 106 }, seen: { x: 460, y: 300, widthPx: 300, heightPx: 500 } },
] as const;

describe('console profiles on the pictures they were drawn over', function () {
  this.timeout(60_000);
  before(function () { if (!existsSync(PICTURES)) skipTest(this, '../shared/data/consoles is not there'); });

  for (const { name, file, timing, words, seen } of CASES) it(name, async () => {
    const profile = findConsole(name);
    const picture = await capture(file, timing);
    const facts = { widthPx: picture.widthPx, heightPx: picture.heightPx, interlaced: false, rateHz: 60, pixelClockKhz: null, source: null };
    assert.ok(recogniseConsole(facts, readConsoles()).some((candidate) => candidate.profile.name === name && candidate.isDrawnFor), 'it may be this one');
    const { crop, masks } = settingsFor(profile, facts)!;
    assert.ok(crop);
    const sent: Picture = { ...picture, at: (x, y) => (isInside(crop, x, y) && !masks.some((mask) => isInside(mask, x, y)) ? picture.at(x, y) : 0) };
    assert.ok(countBright(picture, words) > 50, 'there are words on the screen');
    assert.equal(countBright(sent, words), 0, 'they are not sent');
    assert.ok(countBright(picture, seen, 50) > 200, 'there is an image');
    assert.equal(countBright(sent, seen, 50), countBright(picture, seen, 50), 'all of it is sent');
    // Nothing is cut through: where the crop begins there is a gap between lines; a corner of the graticule may lie in it.
    if (crop.y > 0) assert.ok(countBright(picture, { x: crop.x, y: crop.y - 1, widthPx: crop.widthPx, heightPx: 2 }) <= 4, 'the crop cuts through no letter');
  });
});

function isInside({ x, y, widthPx, heightPx }: Rectangle, column: number, row: number): boolean {
  return column >= x && column < x + widthPx && row >= y && row < y + heightPx;
}
