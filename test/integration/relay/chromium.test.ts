import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
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

/** Runs in the page: joins, counts frames and different pictures until `frames` were shown. */
async function watchInPage(frames: number): Promise<Seen> {
  const page = globalThis as unknown as { whep(sdp: string): Promise<string> };
  const connection = new RTCPeerConnection();
  connection.addTransceiver('audio', { direction: 'recvonly' });
  connection.addTransceiver('video', { direction: 'recvonly' });
  connection.createDataChannel('scanlink-clock', { ordered: false, maxRetransmits: 0 });
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  connection.ontrack = ({ track }) => { if (track.kind === 'video') { video.srcObject = new MediaStream([track]); void video.play(); } };
  await connection.setLocalDescription();
  const startedMs = performance.now();
  await connection.setRemoteDescription({ type: 'answer', sdp: await page.whep(connection.localDescription!.sdp) });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const pictures = new Set<string>();
  const timestamps: number[] = [];
  let firstMs = -1;
  await new Promise<void>((resolve) => {
    const handle = (now: number, { rtpTimestamp }: { rtpTimestamp?: number }): void => {
      if (firstMs < 0) firstMs = now - startedMs;
      canvas.width = 64;
      canvas.height = 36;
      context.drawImage(video, 0, 0, 64, 36);
      pictures.add(context.getImageData(0, 0, 64, 36).data.join());
      timestamps.push(rtpTimestamp ?? -1);
      if (timestamps.length >= frames) resolve();
      else video.requestVideoFrameCallback(handle);
    };
    video.requestVideoFrameCallback(handle);
  });
  const seen = { frames: timestamps.length, pictures: pictures.size, width: video.videoWidth, height: video.videoHeight, firstMs, timestamps };
  connection.close();
  video.remove();
  return seen;
}

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
    const seen = await page.evaluate(watchInPage, 30);
    assert.deepEqual([seen.width, seen.height], [640, 360]);
    assert.ok(seen.pictures > 20, `${seen.pictures} different pictures of ${seen.frames}`);
  });

  it('goes on showing frames when the box publishes anew', async () => {
    const watching = page.evaluate(watchInPage, 90);
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
