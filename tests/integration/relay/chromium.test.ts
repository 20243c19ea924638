import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium } from '../../../scripts/lib/chromium.ts';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { createSessionId, TestPublisher } from './peers.ts';
import { RelayProcess } from './relay-process.ts';
import { launchChromium } from '../../support/chromium.ts';
import { skipTest } from '../../support/skip.ts';

interface Seen { readonly frames: number; readonly pictures: number; readonly width: number; readonly height: number; readonly firstMs: number; readonly timestamps: readonly number[] }

describe('relay: Chromium as the viewer', function () {
  this.timeout(60_000);
  let relay: RelayProcess;
  let browser: Awaited<ReturnType<typeof launchChromium>>;
  let page: Page;
  let publisher: TestPublisher;
  const sessionId = createSessionId('chromium');

  before(async function () {
    if (findChromium() === null) skipTest(this, 'no Chromium is installed');
    relay = await RelayProcess.start();
    browser = await launchChromium();
    page = browser.context.pages()[0] ?? await browser.context.newPage();
    await page.exposeFunction('whep', async (sdp: string) => (await relay.view(sessionId, sdp)).body.sdp);
    await page.addScriptTag({ content: await readFile(join(import.meta.dirname, 'watch-page.js'), 'utf8') });
    publisher = await publish();
  });
  after(async () => {
    publisher?.close();
    await browser?.close();
    await relay?.close();
  });

  async function publish(): Promise<TestPublisher> {
    const made = new TestPublisher(createAccessUnits());
    made.accept((await relay.publish(sessionId, await made.offer())).body.sdp);
    await made.opened;
    made.start();
    return made;
  }

  it('shows moving frames, the first one soon', async () => {
    const seen = await page.evaluate<Seen>('watchStream(30)');
    assert.deepEqual([seen.width, seen.height], [640, 360]);
    assert.ok(seen.pictures > 20, `${seen.pictures} different pictures of ${seen.frames}`);
  });

  it('goes on showing frames when the box publishes anew', async () => {
    const watching = page.evaluate<Seen>('watchStream(90)');
    await new Promise((resolve) => { setTimeout(resolve, 1200); });
    publisher.stop();
    const old = publisher;
    publisher = await publish();
    const seen = await watching;
    old.close();
    assert.ok(seen.pictures > 40);
    for (const [index, timestamp] of seen.timestamps.slice(1).entries()) assert.ok(((timestamp - seen.timestamps[index]!) | 0) > 0, 'time stamps go on');
  });
});
