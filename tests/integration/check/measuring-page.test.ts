import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '../../../scripts/lib/chromium.ts';
import { launchBrowser, type MeasuringBrowser, type MeasuredPage } from '@scanlink/bench/measure/browser';
import { monotonicMs } from '@scanlink/bench/measure/clock-map';
import { listFailures } from '@scanlink/bench/check/result';
import { countFreezes, countMissing, measureDelays, measureFps } from '@scanlink/bench/measure/truth';
import { skipTest } from '../../support/skip.ts';

/** The page's time codes run on its own clock plus this, so that the truth needs no second clock. */
const DRAWN_OFFSET_MS = 5000;

describe('measuring page in a real Chromium', function () {
  let server: Server;
  let browser: MeasuringBrowser;
  let page: MeasuredPage;
  let address: string;

  before(async function () {
    if (findChromium() === null) skipTest(this, 'no Chromium on this machine');
    const html = await readFile(new URL('./drawn-page.html', import.meta.url));
    server = createServer((_, response) => { response.setHeader('content-type', 'text/html'); response.end(html); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launchBrowser();
    page = await browser.openPage(320);
    await page.goto(`${address}#${DRAWN_OFFSET_MS}`);
    await page.waitForFrame(20_000);
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it('maps the page clock to CLOCK_MONOTONIC within the uncertainty that it tells', async () => {
    const askedMs = monotonicMs();
    const clock = await page.pingClock(50);
    // The best of 50 round trips, halved, cannot be more than a hundredth of them all.
    assert.ok(clock.uncertaintyMs >= 0 && clock.uncertaintyMs <= (monotonicMs() - askedMs) / 100, `uncertainty ${clock.uncertaintyMs} ms`);
    const before = monotonicMs();
    const pageMs = await page.page.evaluate<number>('performance.now()');
    const now = pageMs + clock.offsetMs;
    assert.ok(now > before - clock.uncertaintyMs && now < monotonicMs() + clock.uncertaintyMs);
  });

  it('reads the time code of each frame, and no frame is shown before it was drawn', async () => {
    await page.takeFrames();
    await sleep(1500);
    const frames = await page.takeFrames();
    assert.ok(frames.length > 3, `${frames.length} frames`);
    const truth = measureDelays(frames, { offsetMs: DRAWN_OFFSET_MS, uncertaintyMs: 0 }, 100);
    assert.equal(truth.discardedUnread, 0);
    assert.ok(truth.delays.length > 0);
    for (const { delayMs } of truth.delays) assert.ok(delayMs > -1 && delayMs < 2000, `delay ${delayMs} ms`);
    assert.deepEqual([frames[0]?.widthPx, frames[0]?.heightPx], [320, 240]);
  });

  it('hands a kept picture over by its time code, and nothing for another', async () => {
    await page.keepRing(4);
    await sleep(800);
    const newest = await page.newestTimecodeUs();
    assert.ok(newest !== null);
    const picture = await page.takePicture(newest);
    assert.ok(picture);
    const at = (200 * picture.widthPx + 100) * 4;
    const [red, green, blue] = [...picture.rgba.subarray(at, at + 3)] as [number, number, number];
    assert.ok(Math.abs(red - 200) < 8 && Math.abs(green - 60) < 8 && Math.abs(blue - 30) < 8, `${red} ${green} ${blue}`);
    assert.equal(await page.takePicture(newest + 1), null);
    await page.keepRing(0);
    assert.equal(await page.newestTimecodeUs(), null);
  });

  it('a stream of one frame a second is not ok', async () => {
    const slow = await browser.openPage(320);
    await slow.goto(`${address}#${DRAWN_OFFSET_MS},1000`);
    await slow.waitForFrame(20_000);
    await slow.takeFrames();
    await sleep(4500);
    const frames = await slow.takeFrames();
    await slow.close();
    const good = { source: 'drawn', timing: '1280x720p30', firstPictureMs: 1, joinMs: 1, delayMs: { p50: 1, p95: 1, max: 1, n: 1, discarded: 0 }, shownDelayErrorMs: { p50: 0, p95: 0 }, psnrDb: 40, bitrateKbps: 1, cpuPercent: { capture: 0, encode: 0, mediaRest: 0, firmware: 0, hub: 0 }, pssMiB: { media: 0, firmware: 0, hub: 0 } };
    const freezes = countFreezes(frames, 1000 / 30);
    const missingFrames = countMissing(frames, 30);
    const reasons = listFailures({ ...good, fps: measureFps(frames), promisedFps: 30, missingFrames, dropped: { busy: missingFrames }, freezes: freezes.count, longestGapMs: freezes.longestMs }, true);
    assert.deepEqual(reasons.map(({ en }) => /frames a second|stood still/.exec(en)?.[0]), ['frames a second', 'stood still']);
  });

  it('collects what the page says of its frames, once', async () => {
    await page.takeShown();
    await sleep(300);
    const shown = await page.takeShown();
    assert.ok(shown.length > 0);
    assert.deepEqual(shown[0], { rtpTimestamp: 7, presentedMs: 1, delayMs: 3, uncertaintyMs: 0.5 });
  });
});
