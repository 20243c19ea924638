import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { FakeHub } from './support/fake-hub.ts';
import { usePages } from './support/use-pages.ts';
import { isStatus, waitFor, waitUntil } from './support/viewer-page.ts';

interface Placed { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

describe('viewer page: magnify and move, in Chromium', function () {
  this.timeout(60_000);
  let hub: FakeHub;
  let page: Page;
  usePages('all tests', (open) => { ({ hub, page } = open); });
  beforeEach(async () => {
    await page.setViewportSize({ width: 1000, height: 700 });
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'live', isStatus('live'));
    await page.locator('.picture[style*=translate]').first().waitFor();
  });

  const boxOf = (selector: string): Promise<Placed> => page.evaluate<Placed>(`(({ x, y, width, height }) => ({ x, y, width, height }))(document.querySelector('${selector}').getBoundingClientRect())`);
  const picture = (): Promise<Placed> => boxOf('video.picture');
  /** Where on the picture, 0 to 1, a point of the page lies. */
  const share = (placed: Placed, x: number, y: number): number[] => [(x - placed.x) / placed.width, (y - placed.y) / placed.height];
  const near = (a: readonly number[], b: readonly number[], within = 0.004): void => a.forEach((value, index) => assert.ok(Math.abs(value - (b[index] ?? Number.NaN)) <= within, `${a.join()} is not ${b.join()}`));

  it('the wheel magnifies about the pointer, and the page itself neither scrolls nor zooms', async () => {
    const before = await picture();
    const [header, status] = [await boxOf('.header'), await boxOf('.status')];
    await page.mouse.move(300, 250);
    await page.mouse.wheel(0, -300);
    await waitUntil(page, `document.querySelector('video.picture').getBoundingClientRect().width > ${before.width * 1.9}`);
    near(share(await picture(), 300, 250), share(before, 300, 250));
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -20);
    await page.keyboard.up('Control');
    await waitUntil(page, `document.querySelector('video.picture').getBoundingClientRect().width > ${before.width * 2.2}`);
    assert.deepEqual([await boxOf('.header'), await boxOf('.status')], [header, status]);
    assert.equal(await page.evaluate<number>('visualViewport.scale'), 1);
    assert.match(await page.locator('.zoom-factor').innerText(), /^2\d\d %$/);
    await page.mouse.wheel(0, 3000);
    await waitUntil(page, `document.querySelector('video.picture').getBoundingClientRect().width <= ${before.width}`);
  });

  it('two fingers magnify about their middle and move the picture, a double tap goes in and back', async () => {
    const before = await picture();
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]): Promise<unknown> =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    await touch('touchStart', [[400, 300]]);
    await touch('touchStart', [[400, 300], [500, 300]]);
    for (const apart of [20, 40, 60, 80, 100]) await touch('touchMove', [[400 - apart, 300], [500 + apart, 300]]);
    await touch('touchEnd', []);
    await waitUntil(page, `document.querySelector('video.picture').getBoundingClientRect().width > ${before.width * 2.9}`);
    near(share(await picture(), 450, 300), share(before, 450, 300), 0.02);
    assert.equal(await page.evaluate<number>('visualViewport.scale'), 1);
    for (const width of [before.width, before.width * 2.5]) {
      for (let tap = 0; tap < 2; tap += 1) {
        await touch('touchStart', [[600, 200]]);
        await touch('touchEnd', []);
      }
      await waitUntil(page, `Math.abs(document.querySelector('video.picture').getBoundingClientRect().width - ${width}) < 1`);
    }
  });

  it('the mouse drags a magnified picture, a double click goes in at its place', async () => {
    const before = await picture();
    await page.mouse.dblclick(300, 250);
    await waitUntil(page, `document.querySelector('video.picture').getBoundingClientRect().width > ${before.width * 2.4}`);
    const magnified = await picture();
    near(share(magnified, 300, 250), share(before, 300, 250));
    await page.mouse.move(500, 300);
    await page.mouse.down();
    await page.mouse.move(440, 260, { steps: 3 });
    await page.mouse.up();
    const moved = await picture();
    near([moved.x - magnified.x, moved.y - magnified.y], [-60, -40], 0.5);
  });

  it('keys: larger, smaller, along, 1:1 from the middle on whole pixels, back; and can be switched off', async () => {
    const before = await picture();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    const along = await picture();
    near([along.width / before.width], [1.25 ** 2]);
    assert.ok(along.x + along.width / 2 < before.x + before.width / 2 - 50);
    await page.keyboard.press('-');
    await page.keyboard.press('0');
    assert.deepEqual(await picture(), before);
    await page.keyboard.press('1');
    const actual = await picture();
    assert.deepEqual([actual.width, actual.height, Math.abs(actual.x - Math.round(actual.x)) < 0.01, Math.abs(actual.y - Math.round(actual.y)) < 0.01], [1280, 720, true, true]);
    const stage = await boxOf('.viewport');
    near([actual.x + 640, actual.y + 360], [stage.x + stage.width / 2, stage.y + stage.height / 2], 1);
    assert.equal(await page.locator('.segments [aria-pressed=true]').innerText(), '1:1');
    await page.locator('.details-button').click();
    await page.locator('.switch').click();
    await page.keyboard.press('0');
    assert.deepEqual(await picture(), actual);
    await page.locator('.switch').click();
    await page.keyboard.press('0');
    assert.deepEqual(await picture(), before);
  });

  it('far in, picture points have edges; the factor and the status stay on the screen', async () => {
    assert.equal(await page.evaluate<string>("getComputedStyle(document.querySelector('video.picture')).imageRendering"), 'auto');
    for (let press = 0; press < 9; press += 1) await page.keyboard.press('+');
    assert.equal(await page.evaluate<string>("getComputedStyle(document.querySelector('video.picture')).imageRendering"), 'pixelated');
    assert.ok(await page.locator('.status-words strong').isVisible() && await page.locator('.zoom-factor').isVisible());
  });
});
