import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { SessionInfo } from '@scanlink/protocol';
import type { FakeHub } from './support/fake-hub.ts';
import { chooseLanguage, DESKTOP, OUTPUT_DIR, shoot, SIDEWAYS } from './support/shoot.ts';
import { usePages } from './support/use-pages.ts';
import { brightnessOf, evaluateOn, isStatus, waitFor, waitUntil } from './support/viewer-page.ts';

const statusText = (page: Page): Promise<string> => page.locator('.status-words').innerText();

describe('viewer page: states in Chromium', function () {
  this.timeout(60_000);
  let hub: FakeHub;
  let page: Page;
  let failures: string[];
  usePages('each test', (open) => { ({ hub, page } = open); });

  beforeEach(async () => {
    await page.setViewportSize(DESKTOP);
    failures = [];
    page.on('pageerror', (error) => failures.push(String(error)));
    page.on('console', (message) => { if (/Content Security Policy|Uncaught/.test(message.text())) failures.push(message.text()); });
  });
  afterEach(() => assert.deepEqual(failures, []));

  const open = async (): Promise<void> => { await page.goto(hub.viewerUrl); await waitFor(page, 'live with a delay', (handle) => handle.status.kind === 'live' && handle.delay.kind === 'measured'); };
  const tellLive = (change: Partial<NonNullable<SessionInfo['live']>>): void => { if (hub.info.live) hub.tell({ live: { ...hub.info.live, ...change } }); };

  it('live: picture, identity, figures, and the token gone from the address', async () => {
    await open();
    const handle = await waitFor(page, 'figures of a whole second', ({ stats }) => (stats.fps ?? 0) > 5 && stats.bitrateKbps !== null && stats.lossFraction !== null);
    assert.equal(page.url(), `${hub.baseUrl}/watch`);
    assert.equal(handle.stats.widthPx, 1280);
    assert.equal(handle.stats.codec, 'H264 42e01f');
    assert.ok(handle.joinMs !== null && handle.joinMs > 0 && handle.firstFrameAtMs !== null);
    assert.equal(await page.locator('.code-glyphs').innerText(), 'K7WX');
    assert.match(await page.locator('.identity').innerText(), /超声一室 US Room 1[\s\S]*box-1[\s\S]*main/);
    assert.match(await page.locator('[data-metric=delay] dd').innerText(), /^\d+ ms ±\d+$/);
    assert.equal(await page.locator('.intended-use').innerText(), '仅供会诊参考，不作为诊断依据');
    await shoot(page, 'live');
  });

  it('each frame is told to whoever measures, with the delay and what it comes from', async () => {
    await open();
    const frames = await page.evaluate<{ rtpTimestamp: number; presentationTimeMs: number; callbackAtMs: number; delayMs: number; uncertaintyMs: number }[]>(`new Promise((resolve) => {
      const frames = [];
      window.addEventListener('scanlink:frame', ({ detail }) => { frames.push(detail); if (frames.length === 30) resolve(frames); });
    })`);
    for (const frame of frames) {
      assert.ok(frame.callbackAtMs >= frame.presentationTimeMs - 1 && frame.delayMs > 0 && frame.delayMs < 5000 && frame.uncertaintyMs >= 0.1);
      assert.equal(frame.rtpTimestamp % 3000, 0);
    }
    const [first, second] = frames;
    assert.ok(first && second && second.rtpTimestamp > first.rtpTimestamp);
  });

  it('a reload keeps the session, without the token in the address', async () => {
    await open();
    await page.reload();
    await waitFor(page, 'live again', isStatus('live'));
    assert.equal(page.url(), `${hub.baseUrl}/watch`);
  });

  it('unchanged and simulated are told apart from live', async () => {
    await open();
    hub.tell({ simulated: true });
    hub.tellInput({ activity: 'unchanged', activitySinceMs: Date.now() - 83_000 });
    const handle = await waitFor(page, 'unchanged', isStatus('unchanged'));
    assert.equal(handle.picture, 'current');
    assert.match(await statusText(page), /画面未变化 1:2\d[\s\S]*信号正常/);
    assert.equal(await page.locator('.badge').innerText(), '仿真画面（非患者）');
    await shoot(page, 'unchanged-simulated');
  });

  for (const [signal, zh, en] of [['no-cable', '未连接视频线', 'No cable'], ['no-lock', '信号不稳定，无法锁定', 'Signal not locked'], ['out-of-range', '信号超出范围', 'Signal out of range'], ['protected', '信号受版权保护 (HDCP)', 'Signal is protected (HDCP)'], ['no-device', '未找到采集卡', 'No capture device'], ['unsupported', '不支持的视频格式', 'Unsupported signal format']] as const) {
    it(`no signal: ${signal}`, async () => {
      await open();
      hub.tellInput({ signal, signalSinceMs: Date.now() - 4000, activity: 'idle', timing: null });
      const handle = await waitFor(page, signal, isStatus('no-signal', { signal }));
      assert.equal(handle.picture, 'notice');
      assert.ok((await statusText(page)).includes(zh));
      assert.equal(await page.locator('[data-metric=delay] dd').innerText(), '–');
      if (signal === 'no-cable' || signal === 'protected') await shoot(page, `no-signal-${signal}`);
      await chooseLanguage(page, 'en');
      assert.ok((await statusText(page)).includes(en));
      await chooseLanguage(page, 'zh');
    });
  }

  it('stalled capture', async () => {
    await open();
    hub.tellInput({ activity: 'stalled', activitySinceMs: Date.now() });
    await waitFor(page, 'stalled', isStatus('stalled'));
    assert.match(await statusText(page), /采集停滞/);
    await shoot(page, 'stalled');
  });

  it('a picture that stops is marked at once, and comes back by itself', async () => {
    await open();
    hub.relay.isSending = false;
    await waitFor(page, 'an old picture', ({ picture, status }) => picture === 'old' && status.kind === 'late');
    assert.match(await evaluateOn<string>(page, '.picture', '(video) => getComputedStyle(video).filter'), /grayscale\(1\)/);
    assert.match(await page.locator('.card').innerText(), /画面不是实时的/);
    await waitFor(page, 'blame', isStatus('reconnecting', { part: 'path' }));
    await shoot(page, 'picture-stopped');
    hub.relay.isSending = true;
    await waitFor(page, 'live again', (handle) => handle.status.kind === 'live' && handle.picture === 'current');
  });

  it('the box reconnects', async () => {
    await open();
    hub.relay.setPublishing(false);
    tellLive({ sessionState: 'reconnecting', input: null });
    await waitFor(page, 'box missing', (handle) => isStatus('reconnecting', { part: 'box' })(handle) && handle.picture === 'old');
    await shoot(page, 'reconnecting-box');
    hub.relay.setPublishing(true);
    await waitFor(page, 'live again', isStatus('live'));
  });

  it('the hub answers no more while the picture goes on', async () => {
    await open();
    await hub.stop();
    const handle = await waitFor(page, 'hub missing', isStatus('reconnecting', { part: 'hub', pictureArrives: true }));
    assert.equal(handle.picture, 'current');
    await shoot(page, 'hub-quiet');
    await hub.start();
    const again = await waitFor(page, 'live again', isStatus('live'));
    assert.equal(again.attempts, 1, 'the media connection was left alone');
  });

  it('the relay dies: a new one is asked, and gives a picture', async () => {
    await open();
    hub.relay.kill();
    await waitFor(page, 'an old picture', ({ picture }) => picture === 'old');
    // The end of a connection makes Chromium present its last picture once more: that is not a new one.
    const pictures = new Set<string>();
    await waitFor(page, 'asking anew in vain', ({ attempts, picture }) => { pictures.add(picture); return attempts >= 4; });
    assert.deepEqual([...pictures], ['old']);
    await waitFor(page, 'relay missing', isStatus('reconnecting', { part: 'relay' }));
    // The page has closed that connection: its last picture is still to be seen, marked.
    assert.ok((await brightnessOf(page, 'canvas.picture') ?? 0) > 10);
    assert.match(await evaluateOn<string>(page, 'canvas.picture', '(canvas) => getComputedStyle(canvas).filter + getComputedStyle(canvas).display'), /grayscale\(1\).*block/);
    await shoot(page, 'reconnecting-relay');
    hub.relay.isDown = false;
    const handle = await waitFor(page, 'live again with a delay', ({ status, delay }) => status.kind === 'live' && delay.kind === 'measured');
    assert.ok(handle.attempts >= 2);
    assert.equal(await brightnessOf(page, 'canvas.picture'), null, 'the old picture is gone with the first new one');
  });

  it('a relay that is away does not keep the picture of a session that was suspended', async () => {
    await open();
    hub.relay.kill();
    await waitFor(page, 'relay missing', isStatus('reconnecting', { part: 'relay' }));
    assert.notEqual(await brightnessOf(page, 'canvas.picture'), null);
    tellLive({ sessionState: 'suspended', input: null });
    await waitFor(page, 'suspended', ({ status, picture }) => status.kind === 'suspended' && picture === 'none');
    assert.deepEqual([await brightnessOf(page, 'canvas.picture'), await brightnessOf(page, 'video.picture')], [null, null], 'no pixels are left');
  });

  it('pictures of a sender without a box channel are live, and nobody says of what', async () => {
    hub.info = { ...hub.info, boxConnected: false, live: null };
    await page.goto(hub.viewerUrl);
    const { picture } = await waitFor(page, 'unreported', isStatus('unreported'));
    assert.equal(picture, 'current');
    assert.match(await statusText(page), /图像实时[\s\S]*发送端不报告信号状态/);
    await shoot(page, 'unreported');
  });

  it('no clock: the delay is not guessed', async () => {
    hub.relay.hasClock = false;
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'live without a clock', ({ status, delay }) => status.kind === 'live' && delay.reason === 'no-clock');
    assert.match(await page.locator('[data-metric=delay] dd').innerText(), /无法测量[\s\S]*未与会诊中心对时/);
    await shoot(page, 'delay-unknown');
  });

  it('suspended and ended take the picture away', async () => {
    await open();
    hub.relay.setPublishing(false);
    tellLive({ sessionState: 'suspended', input: null });
    await waitFor(page, 'suspended', ({ status, picture }) => status.kind === 'suspended' && picture === 'none');
    assert.equal(await evaluateOn<string>(page, '.picture', '(video) => getComputedStyle(video).visibility'), 'hidden');
    assert.deepEqual([await brightnessOf(page, 'video.picture'), await brightnessOf(page, 'canvas.picture')], [null, null], 'no pixels are left');
    await shoot(page, 'suspended');
    hub.tell({ ended: true, live: null });
    await waitFor(page, 'ended', ({ status, picture }) => status.kind === 'ended' && picture === 'none');
    await shoot(page, 'ended');
  });

  it('waiting before the first picture', async () => {
    hub.relay.isPublishing = false;
    tellLive({ sessionState: 'starting', input: null });
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'waiting', isStatus('waiting'));
    await shoot(page, 'waiting');
    hub.relay.setPublishing(true);
    await waitFor(page, 'live', isStatus('live'));
  });

  for (const [status, reason, words, name] of [[406, 'not-acceptable', /此浏览器无法播放[\s\S]*可接受/, 'refused-406'], [403, 'link-expired', /链接已过期/, 'link-expired'], [404, 'unknown-session', /找不到这场会诊/, 'unknown-session']] as const) {
    it(`refused with ${status}`, async () => {
      hub.refuse = { events: status === 406 ? null : status, whep: status };
      await page.goto(hub.viewerUrl);
      await waitFor(page, reason, isStatus('failed', { reason }));
      assert.match(await page.locator('.card').innerText(), words);
      // Said once: the hub's own sentence only where it adds to the page's, and the rest in the card alone.
      assert.equal(await page.locator('.card-hub').count(), status === 406 ? 1 : 0);
      assert.equal(await page.locator('.status-words').innerText(), await page.locator('.card-title').innerText());
      assert.equal(await page.locator('.metrics').count(), 0);
      await shoot(page, name);
    });
  }

  it('a browser without H.264 is told so', async () => {
    await page.addInitScript("RTCRtpReceiver.getCapabilities = () => ({ codecs: [{ mimeType: 'video/VP8', clockRate: 90000 }], headerExtensions: [] })");
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'no H.264', isStatus('failed', { reason: 'no-h264' }));
    assert.match(await page.locator('.card').innerText(), /H\.264/);
    assert.ok(!hub.requests.some((request) => request.startsWith('POST')));
  });

  it('no link and half a link have pages of their own', async () => {
    await page.goto(`${hub.baseUrl}/watch`);
    assert.equal(await page.locator('h1').innerText(), '请用观看链接打开');
    await shoot(page, 'link-missing');
    await chooseLanguage(page, 'zh');
    // In the same tab: only the fragment changes, and the page must notice.
    await page.goto(`${hub.baseUrl}/watch#${hub.token.slice(0, -40)}`);
    await page.getByText('链接不完整').waitFor();
    assert.equal(page.url(), `${hub.baseUrl}/watch`);
    await page.goto(hub.viewerUrl);
    await waitFor(page, 'live by the whole link', isStatus('live'));
  });

  it('full screen, details, language, and a telephone held sideways', async () => {
    await open();
    await page.keyboard.press('1');
    const width = await evaluateOn<number>(page, '.picture', '(video) => video.getBoundingClientRect().width * devicePixelRatio');
    assert.equal(Math.round(width), 1280);
    await shoot(page, 'actual-size');
    await page.keyboard.press('0');
    await page.keyboard.press('f');
    await waitUntil(page, 'document.fullscreenElement !== null');
    assert.ok(await page.locator('.code-glyphs').isVisible());
    await page.keyboard.press('f');
    await waitUntil(page, 'document.fullscreenElement === null');
    await page.locator('.details-button').click();
    await shoot(page, 'details');
    await page.keyboard.press('Escape');
    await page.setViewportSize(SIDEWAYS);
    await page.screenshot({ path: join(OUTPUT_DIR, 'live-sideways.png') });
    await chooseLanguage(page, 'en');
    await page.reload();
    await waitFor(page, 'live', isStatus('live'));
    assert.equal(await page.locator('html').getAttribute('lang'), 'en', 'the chosen language is remembered');
    await chooseLanguage(page, 'zh');
  });
});
