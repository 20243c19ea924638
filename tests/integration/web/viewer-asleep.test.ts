import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium, type LaunchedChromium } from '../../support/chromium.ts';
import { readPageRecord, startPageRecord } from '../../support/hub-loss.ts';
import { FakeHub } from './support/fake-hub.ts';
import { encodeClip } from '../../support/h264-clip.ts';
import { waitFor } from './support/viewer-page.ts';

/** Below about 10 s the browser itself drops what it has missed. */
const ASLEEP_MS = 12_000;

describe('viewer page: a computer that slept', function () {
  this.timeout(60_000);
  let chromium: LaunchedChromium;
  let hub: FakeHub;

  before(async () => {
    hub = new FakeHub(encodeClip(1280, 720, 30));
    await hub.start();
    chromium = await launchChromium('zh-CN');
  });
  after(async () => {
    await chromium?.close();
    await hub?.close();
  });

  it('what the sockets gathered meanwhile is never called live; a new picture is', async () => {
    const page = await chromium.context.newPage();
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'live with a delay', (handle) => handle.status.kind === 'live' && handle.delay.kind === 'measured');
    await startPageRecord(page);
    chromium.signal('SIGSTOP');
    // Nothing comes any more: whatever the page presents after it woke was captured before or while it slept.
    await sleep(ASLEEP_MS / 2);
    hub.relay.isSending = false;
    await sleep(ASLEEP_MS / 2);
    const wokeMs = Date.now();
    chromium.signal('SIGCONT');
    await sleep(2500);
    const { marks } = await readPageRecord(page);
    const live = marks.filter((mark) => mark.atMs > wokeMs && (mark.kind === 'live' || mark.picture === 'current'));
    assert.deepEqual(live, [], JSON.stringify(marks));
    assert.ok(marks.some((mark) => mark.atMs > wokeMs), 'the page has noticed');
    hub.relay.isSending = true;
    await waitFor(page, 'live again', (handle) => handle.status.kind === 'live' && handle.picture === 'current' && handle.delay.kind === 'measured');
  });
});
