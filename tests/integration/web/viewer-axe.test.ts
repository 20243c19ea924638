import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { FakeHub } from './support/fake-hub.ts';
import { usePages } from './support/use-pages.ts';
import { isStatus, waitFor, type Handle } from './support/viewer-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = { desktop: { width: 1440, height: 900 }, tablet: { width: 800, height: 1100 }, phone: { width: 390, height: 844 }, landscape: { width: 844, height: 390 } } as const;

interface Violation { readonly id: string; readonly nodes: readonly { readonly html: string }[] }

describe('viewer page: axe-core in every state, in Chromium', function () {
  this.timeout(90_000);
  let hub: FakeHub;
  let page: Page;
  usePages('each test', (open) => { ({ hub, page } = open); });

  /** Sizes one after the other, the language changed on the way: both are seen in each state. */
  async function findViolations(): Promise<string[]> {
    // Through the debugger: the page's policy takes no script of others.
    await page.evaluate(AXE);
    const found: string[] = [];
    for (const [name, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      if (name === 'phone') await page.locator('.tool-text').dispatchEvent('click');
      const violations = await page.evaluate<Violation[]>("axe.run(document, { resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: true } } }).then(({ violations }) => violations)");
      found.push(...violations.map((each) => `${name}: ${each.id}: ${each.nodes[0]?.html.slice(0, 160)}`));
    }
    await page.locator('.tool-text').dispatchEvent('click');
    return found;
  }
  const tellLive = (sessionState: 'starting' | 'reconnecting' | 'suspended'): void => { if (hub.info.live) hub.tell({ live: { ...hub.info.live, sessionState, input: null } }); };
  const press = (key: string) => async (): Promise<void> => { await page.keyboard.press(key); };

  const states: readonly (readonly [string, (handle: Handle) => boolean, () => unknown])[] = [
    ['live', isStatus('live'), () => hub.tell({ simulated: true })],
    ['1:1', isStatus('live'), press('1')],
    ['magnified', isStatus('live'), press('+')],
    ['details', isStatus('live'), () => page.locator('.details-button').click()],
    ['unchanged', isStatus('unchanged'), () => hub.tellInput({ activity: 'unchanged', activitySinceMs: Date.now() - 83_000 })],
    ['stalled', isStatus('stalled'), () => hub.tellInput({ activity: 'stalled' })],
    ...(['no-device', 'no-cable', 'no-lock', 'out-of-range', 'unsupported', 'protected'] as const).map((signal) => [signal, isStatus('no-signal', { signal }), () => hub.tellInput({ signal, activity: 'idle', timing: null })] as const),
    ['picture late or lost', ({ picture }) => picture === 'old', () => { hub.relay.isSending = false; }],
    ['box away', isStatus('reconnecting', { part: 'box' }), () => { hub.relay.setPublishing(false); tellLive('reconnecting'); }],
    ['hub away', isStatus('reconnecting', { part: 'hub' }), () => hub.stop()],
    ['relay away', isStatus('reconnecting', { part: 'relay' }), () => hub.relay.kill()],
    ['unreported', isStatus('unreported'), () => hub.tell({ boxConnected: false, live: null })],
    ['suspended', isStatus('suspended'), () => { hub.relay.setPublishing(false); tellLive('suspended'); }],
    ['ended', isStatus('ended'), () => hub.tell({ ended: true, live: null })],
  ];
  for (const [name, fits, bring] of states) {
    it(name, async () => {
      await page.goto(hub.viewerUrl);
      await waitFor(page, 'live', isStatus('live'));
      await page.locator('.picture[style*=translate]').first().waitFor();
      await bring();
      await waitFor(page, name, fits);
      assert.deepEqual(await findViolations(), []);
    });
  }
  for (const [status, reason] of [[406, 'not-acceptable'], [403, 'link-expired'], [404, 'unknown-session']] as const) {
    it(`refused: ${reason}`, async () => {
      hub.refuse = { events: status === 406 ? null : status, whep: status };
      await page.goto(hub.viewerUrl);
      await waitFor(page, reason, isStatus('failed', { reason }));
      assert.deepEqual(await findViolations(), []);
    });
  }
  for (const [name, script, kind] of [['waiting', '', 'waiting'], ['no WebRTC', 'delete window.RTCPeerConnection', 'failed'], ['blocked', "document.addEventListener('playing', ({ target }) => target.pause(), true); HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('', 'NotAllowedError'))", 'blocked']] as const) {
    it(name, async () => {
      if (name === 'waiting') { hub.relay.isPublishing = false; tellLive('starting'); }
      if (script !== '') await page.addInitScript(script);
      await page.goto(hub.viewerUrl);
      await waitFor(page, name, isStatus(kind));
      assert.deepEqual(await findViolations(), []);
    });
  }
  for (const [name, fragment] of [['no link', ''], ['half a link', '#v1.half']] as const) {
    it(name, async () => {
      await page.goto(`${hub.baseUrl}/watch${fragment}`);
      await page.locator('h1').waitFor();
      assert.deepEqual(await findViolations(), []);
    });
  }
});
