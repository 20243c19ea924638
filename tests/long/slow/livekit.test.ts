import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { startForeignBox } from '@scanlink/bench/latency/foreign-box';
import { startLiveKit } from '@scanlink/bench/latency/peers/livekit';
import { servePeerPages } from '@scanlink/bench/latency/peers/peer-pages';
import { openBrowser, waitForPictures } from '../../support/chain.ts';
import { skipTest } from '../../support/skip.ts';

const ROOT_DIR = join(import.meta.dirname, '../../..');
const PEERS_DIR = join(ROOT_DIR, 'bench/peers');
/** Where scripts/bench.sh puts it. */
const SERVER = process.env['LIVEKIT_SERVER'] ?? join(process.env['SCANLINK_CACHE'] ?? join(homedir(), '.cache/scanlink'), 'livekit-1.13.5/server');

/** The box's media process at a WHIP server that is not ours, seen by that server's own client. */
describe('the box at LiveKit 1.13.5', function () {
  this.timeout(120_000);

  it('its pictures are seen by livekit-client in Chromium', async function () {
    if (!existsSync(SERVER) || !existsSync(join(PEERS_DIR, 'node_modules/livekit-client'))) skipTest(this, 'LiveKit and its client are built by: npm run bench -- latency');
    const closers: (() => Promise<void>)[] = [];
    try {
      const livekit = await startLiveKit(SERVER);
      closers.push(() => livekit.close());
      const box = await startForeignBox(ROOT_DIR, { whipUrl: livekit.whipUrl, token: livekit.token('room', 'box', 'publish') });
      closers.push(() => box.close());
      const pages = await servePeerPages(PEERS_DIR);
      closers.push(() => pages.close());
      const browser = await openBrowser();
      closers.push(browser.close);
      await browser.page.goto(pages.livekitUrl(livekit.wsUrl, livekit.token('room', 'viewer', 'subscribe')));
      await waitForPictures(browser.page, 60, 40_000);
    } finally {
      for (const each of closers.toReversed()) await each();
    }
  });
});
