import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { createAccessUnits } from './access-units.ts';
import { createSessionId, TestPublisher } from './peers.ts';
import { RelayProcess } from './relay-process.ts';
import { skipTest } from '../../support/skip.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

interface Seen { readonly frames: number; readonly pictures: number; readonly width: number; readonly height: number; readonly firstMs: number; readonly timestamps: readonly number[] }

describe('relay: Chromium as the viewer', function () {
  this.timeout(60_000);
  let relay: RelayProcess;
  let context: BrowserContext;
  let page: Page;
  let profileDir: string;
  let publisher: TestPublisher;
  const sessionId = createSessionId('chromium');

  before(async function () {
    if (!existsSync(CHROMIUM)) skipTest(this, `${CHROMIUM} is not there`);
    relay = await RelayProcess.start();
    profileDir = await mkdtemp(join(tmpdir(), 'sl-chromium-'));
    context = await chromium.launchPersistentContext(profileDir, { executablePath: CHROMIUM, headless: false, args: FLAGS });
    page = context.pages()[0] ?? await context.newPage();
    await page.exposeFunction('whep', async (sdp: string) => (await relay.view(sessionId, sdp)).body.sdp);
    await page.addScriptTag({ content: await readFile(join(import.meta.dirname, 'watch-page.js'), 'utf8') });
    publisher = await publish();
  });
  after(async () => {
    publisher?.close();
    await context?.close();
    await relay?.close();
    if (profileDir) await rm(profileDir, { recursive: true, force: true });
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
