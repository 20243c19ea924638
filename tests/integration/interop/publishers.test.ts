import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium } from '../../../scripts/lib/chromium.ts';
import { openBrowser, waitForPictures } from '../../support/chain.ts';
import { skipTest } from '../../support/skip.ts';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { InteropHub, PICTURE_SIZE } from './interop-hub.ts';
import { PYAV_DIR, startPython, whatPythonLacks } from './python-peer.ts';
import { WeriftPublisher } from './werift-peer.ts';

/** Publishers that nobody of this project wrote, at the hub and seen on our page. */
describe('other people\'s WHIP publishers, on our page', function () {
  this.timeout(60_000);
  let page: Page;
  const hub = new InteropHub();
  const closers: (() => Promise<void>)[] = [];
  const certificateDir = mkdtempSync(join(tmpdir(), 'sl-interop-'));

  before(async function () {
    if (findChromium() === null) skipTest(this, 'no Chromium is installed');
    await hub.start();
    const browser = await openBrowser();
    closers.push(browser.close);
    page = browser.page;
  });
  after(async () => {
    for (const each of closers.toReversed()) await each();
    await hub.close();
    rmSync(certificateDir, { recursive: true, force: true });
  });

  async function assertSeen(): Promise<void> {
    await page.goto('about:blank');
    await page.goto(hub.watchUrl);
    await waitForPictures(page, 60);
    assert.deepEqual(await page.evaluate("(({ videoWidth, videoHeight }) => [videoWidth, videoHeight])(document.querySelector('video'))"), PICTURE_SIZE);
  }

  it('werift', async () => {
    const publisher = new WeriftPublisher();
    try {
      await publisher.publish(hub.whipUrl, hub.boxToken, createAccessUnits());
      await assertSeen();
    } finally {
      await publisher.close();
    }
  });

  /**
   * A certificate on the curve that every WebRTC stack takes. With the one that this FFmpeg makes by itself, by GnuTLS,
   * our side ends the handshake with `illegal parameter`.
   */
  function makeCertificate(): readonly [string, string] {
    const [certificate, key] = [join(certificateDir, 'cert.pem'), join(certificateDir, 'key.pem')] as const;
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=test', '-days', '3', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    return [certificate, key];
  }

  for (const profile of ['baseline', 'high']) {
    it(`FFmpeg's whip muxer, ${profile} profile asked of x264`, async function () {
      const lacks = existsSync(PYAV_DIR) ? whatPythonLacks('av', PYAV_DIR) : 'PyAV with FFmpeg 8 is not installed (scripts/install.sh)';
      if (lacks !== null) skipTest(this, lacks);
      const publisher = startPython('ffmpeg-publisher.py', [hub.whipUrl, profile, ...makeCertificate()], hub.boxToken, PYAV_DIR);
      try {
        const { version } = await publisher.next();
        this.test!.title += ` [FFmpeg ${String(version)}]`;
        await assertSeen();
      } finally {
        await publisher.close();
      }
    });
  }
});
