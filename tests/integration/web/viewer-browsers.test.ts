import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { FakeHub } from './support/fake-hub.ts';
import { usePages } from './support/use-pages.ts';
import { isStatus, waitFor } from './support/viewer-page.ts';

const ASSETS = join(import.meta.dirname, '../../../cloud/web/dist/assets');
/** What Chrome 90, Safari 15 and Firefox 115 lack, one or all of them. */
const YOUNG = `
  delete AbortSignal.any; delete AbortSignal.timeout; delete URL.canParse; delete URL.parse; delete Object.hasOwn; delete Object.groupBy; delete Promise.withResolvers; delete Promise.try;
  delete globalThis.structuredClone; delete globalThis.TextDecoderStream; delete globalThis.reportError; delete crypto.randomUUID;
  for (const type of [Array, String, Uint8Array]) delete type.prototype.at;
  for (const name of ['findLast', 'findLastIndex', 'toSorted', 'toReversed', 'with', 'toSpliced']) delete Array.prototype[name];
  for (const name of ['map', 'filter', 'toArray', 'find', 'some', 'every', 'forEach']) delete Iterator.prototype[name];
  for (const name of ['union', 'intersection', 'difference']) delete Set.prototype[name];
`;
/** A browser that plays nothing before a gesture, as telephones do to save power. */
const REFUSED_PLAY = `
  let allowed = false;
  for (const gesture of ['pointerdown', 'keydown']) window.addEventListener(gesture, () => { allowed = true; }, true);
  document.addEventListener('playing', ({ target }) => { if (!allowed) target.pause(); }, true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { return allowed ? play.call(this) : Promise.reject(new DOMException('gesture', 'NotAllowedError')); };
`;

describe('viewer page: the browsers of hospitals', function () {
  this.timeout(60_000);
  let hub: FakeHub;
  let page: Page;
  usePages('all tests', (open) => { ({ hub, page } = open); });

  const bare: readonly (readonly [string, string])[] = [
    ['everything that came after Chrome 90, Safari 15 and Firefox 115', YOUNG],
    ['storage switched off', "for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } })"],
    ['RTCRtpReceiver.getCapabilities', 'delete RTCRtpReceiver.getCapabilities'],
    ['RTCRtpTransceiver.setCodecPreferences', 'delete RTCRtpTransceiver.prototype.setCodecPreferences'],
    ['requestVideoFrameCallback', 'delete HTMLVideoElement.prototype.requestVideoFrameCallback; delete HTMLVideoElement.prototype.cancelVideoFrameCallback'],
  ];
  for (const [name, script] of bare) {
    it(`live without: ${name}`, async () => {
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(String(error)));
      await page.addInitScript(script);
      await page.goto(hub.viewerUrl);
      await waitFor(page, 'live with a rate', ({ status, stats, framesPresented }) => status.kind === 'live' && (stats.fps ?? 0) > 5 && framesPresented > 5);
      // And stays so: nothing flickers between live and lost.
      const kinds = new Set<string>();
      await waitFor(page, 'some more pictures', ({ status, framesPresented }) => { kinds.add(status.kind); return framesPresented > 12; });
      assert.deepEqual([[...kinds], failures], [['live'], []]);
      assert.equal(await page.locator('.code-glyphs').innerText(), 'K7WX');
    });
  }

  it('without requestVideoFrameCallback a loss is seen, and the delay says why it is unknown', async () => {
    await page.addInitScript('delete HTMLVideoElement.prototype.requestVideoFrameCallback');
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'live', ({ status, delay }) => status.kind === 'live' && delay.reason === 'no-rtp-timestamp');
    hub.relay.isSending = false;
    try {
      await waitFor(page, 'an old picture', ({ picture }) => picture === 'old');
    } finally {
      hub.relay.isSending = true;
    }
    await waitFor(page, 'live again', isStatus('live'));
  });

  it('a browser that offers no H.264 is told so, also where it lists nothing', async () => {
    await page.addInitScript("delete RTCRtpReceiver.getCapabilities; const offer = RTCPeerConnection.prototype.__lookupGetter__('localDescription'); Object.defineProperty(RTCPeerConnection.prototype, 'localDescription', { get() { const found = offer.call(this); return found && { type: found.type, sdp: found.sdp.replaceAll('H264', 'VP8') }; } })");
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'no H.264', isStatus('failed', { reason: 'no-h264' }));
  });

  it('a refused autoplay is named, and one tap plays', async () => {
    await page.addInitScript(REFUSED_PLAY);
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'blocked', isStatus('blocked'));
    await page.getByRole('button', { name: '点按此处开始观看' }).click();
    await waitFor(page, 'live', isStatus('live'));
  });

  it('a page whose viewer cannot be made says what to open', async () => {
    await page.addInitScript('window.AbortController = undefined');
    await page.goto(hub.viewerUrl);
    await page.getByRole('heading', { name: '此浏览器无法打开本页' }).waitFor();
  });

  it('a browser that does not run the script finds words in the page', async () => {
    await page.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'const broken = ;' }));
    await page.goto(hub.viewerUrl);
    await page.getByText('页面未能启动').waitFor({ timeout: 15_000 });
  });

  it('the page has a height where dynamic units are unknown, and nothing that an old parser refuses', () => {
    const files = readdirSync(ASSETS).map((name) => ({ name, text: readFileSync(join(ASSETS, name), 'utf8') }));
    for (const { name, text } of files.filter(({ name: each }) => each.endsWith('.css'))) {
      assert.deepEqual([text.match(/height:100vh/g)?.length, text.match(/height:100dvh/g)?.length], [2, 2], name);
    }
    // Lookbehind: Safari before 16.4 refuses the whole script. Class fields and methods with # are Safari 15's, static blocks are not.
    for (const { name, text } of files.filter(({ name: each }) => each.endsWith('.js'))) assert.doesNotMatch(text, /\(\?<[=!]|\bstatic\s*\{/, name);
  });
});
