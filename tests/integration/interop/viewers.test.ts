import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { findChromium } from '../../../scripts/lib/chromium.ts';
import { launchChromium } from '../../support/chromium.ts';
import { skipTest } from '../../support/skip.ts';
import { until } from '../hub/support/hub-process.ts';
import { InteropHub, PICTURE_SIZE } from './interop-hub.ts';
import { serveClients } from './page/serve-clients.ts';
import { startPython, whatPythonLacks } from './python-peer.ts';
import { WeriftViewer } from './werift-peer.ts';

/** The version of a package as installed, to be named in a title: what a run proves, it proves for this one. */
const versionOf = (name: string): string => (JSON.parse(readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as { version: string }).version;

interface Seen { readonly width: number; readonly height: number; readonly pictures: number }
const FRAMES = 45;
/** The film has 60 pictures, and a browser may present one twice. */
const DIFFERENT = 20;

/** Viewers that nobody of this project wrote, at the hub. All ask for audio too, as WHEP players do. */
describe('other people\'s WHEP clients', function () {
  this.timeout(60_000);
  const hub = new InteropHub();
  before(async () => {
    await hub.start();
    await hub.publish();
  });
  after(() => hub.close());

  const assertSeen = (seen: Seen): void => {
    assert.deepEqual([seen.width, seen.height], PICTURE_SIZE);
    assert.ok(seen.pictures >= DIFFERENT, `${seen.pictures} different pictures of ${FRAMES}`);
  };

  it(`werift ${versionOf('werift')}: what it receives decodes`, async () => {
    const viewer = new WeriftViewer();
    try {
      await viewer.watch(hub.whepUrl, hub.viewerToken);
      await until('a key frame and more', () => viewer.pictures > FRAMES, 30_000);
      const decoded = viewer.countDecoded();
      assert.ok(decoded >= FRAMES, `${decoded} pictures decoded`);
    } finally {
      await viewer.close();
    }
  });

  it('aiortc of Debian: decodes moving pictures', async function () {
    const lacks = whatPythonLacks('aiortc');
    if (lacks !== null) skipTest(this, lacks);
    const viewer = startPython('aiortc-viewer.py', [hub.whepUrl, String(FRAMES)], hub.viewerToken);
    try {
      const seen = await viewer.next();
      this.test!.title += ` [${String(seen['version'])}]`;
      assertSeen(seen as unknown as Seen);
    } finally {
      await viewer.close();
    }
  });

  describe('in Chromium, on a page of another origin', () => {
    let page: Page;
    const closers: (() => Promise<void>)[] = [];
    before(async function () {
      if (findChromium() === null) skipTest(this, 'no Chromium is installed');
      const clients = await serveClients();
      closers.push(clients.close);
      const browser = await launchChromium();
      closers.push(browser.close);
      page = browser.context.pages()[0] ?? await browser.context.newPage();
      await page.goto(clients.url);
      await until('the clients are loaded', () => page.evaluate<boolean>("typeof watchByEyevinn === 'function'"));
    });
    after(async () => { for (const each of closers.toReversed()) await each(); });

    const watch = (call: string, ...more: readonly unknown[]): Promise<Seen> => page.evaluate<Seen>(`${call}(...${JSON.stringify([hub.whepUrl, hub.viewerToken, FRAMES, ...more])})`);

    it(`whip-whep ${versionOf('whip-whep')}: audio first, max-bundle`, async () => assertSeen(await watch('watchByWhipWhep')));
    it(`@eyevinn/webrtc-player ${versionOf('@eyevinn/webrtc-player')}, as it comes`, async () => assertSeen(await watch('watchByEyevinn', false)));
    it('@eyevinn/webrtc-player: audio first, max-bundle', async () => assertSeen(await watch('watchByEyevinn', true)));
  });
});
