import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { crc16, readTimecode } from '@scanlink/protocol';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/lib/chromium.ts';
import { pingPageClock, toClockMap, UNBOUNDED, type ClockBounds, type ClockMap } from './clock-map.ts';
import { toFrameRecord, toShownRecord, type FrameRecord, type FrameTuple, type ShownRecord, type ShownTuple } from './frame-record.ts';

/** For measuring: nothing is slowed down because the window is not seen. */
const ARGS = [
  ...CHROMIUM_ARGS, '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows', '--autoplay-policy=no-user-gesture-required',
];

/** A headless Chromium with a profile of its own. close() is idempotent and removes the profile. */
export interface MeasuringBrowser {
  readonly version: string;
  /** A new page with the probe in it; not yet navigated. sourceWidthPx: width of the captured picture, for reading the time code. */
  openPage(sourceWidthPx: number): Promise<MeasuredPage>;
  close(): Promise<void>;
}

/** @throws Error with the remedy when no Chromium is installed. */
export async function launchBrowser(options: { language?: string; widthPx?: number; heightPx?: number } = {}): Promise<MeasuringBrowser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium found: install the Debian package chromium, or set CHROMIUM to its path');
  const profile = await mkdtemp(join(tmpdir(), 'scanlink-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: false, bypassCSP: true, args: ARGS, locale: options.language ?? 'en-GB',
    viewport: { width: options.widthPx ?? 1360, height: options.heightPx ?? 860 },
  });
  const script = await probeScript();
  await context.addInitScript({ content: script });
  let closing: Promise<void> | null = null;
  return {
    version: context.browser()?.version() ?? 'unknown',
    openPage: (sourceWidthPx) => openMeasuredPage(context, sourceWidthPx),
    close: () => closing ??= context.close().catch(() => undefined).then(() => rm(profile, { recursive: true, force: true, maxRetries: 5 })),
  };
}

/** One page under measurement: its frames, its clock, its pictures. */
export class MeasuredPage {
  readonly page: Page;
  readonly #cdp: CDPSession;
  #bounds: ClockBounds = UNBOUNDED;

  constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
  }

  /** Goes to an address; the page clock starts anew with it. @returns CLOCK_MONOTONIC at the request, milliseconds. */
  async goto(url: string, timeoutMs = 15_000): Promise<number> {
    this.#bounds = UNBOUNDED;
    const askedMs = Number(process.hrtime.bigint()) / 1e6;
    await this.page.goto(url, { waitUntil: 'commit', timeout: timeoutMs });
    return askedMs;
  }

  /** Narrows the clock's bounds by some more pings. */
  async pingClock(pings = 20): Promise<ClockMap> {
    this.#bounds = await pingPageClock(async () => Number(await this.#evaluate('performance.now()')), pings, this.#bounds);
    return toClockMap(this.#bounds);
  }

  clock(): ClockMap {
    return toClockMap(this.#bounds);
  }

  async takeFrames(): Promise<FrameRecord[]> {
    return (await this.#evaluate<FrameTuple[]>('window.slProbe?.takeFrames() ?? []')).map(toFrameRecord);
  }

  async takeShown(): Promise<ShownRecord[]> {
    return (await this.#evaluate<ShownTuple[]>('window.slProbe?.takeShown() ?? []')).map(toShownRecord);
  }

  /** presentationTime of the first frame the page ever presented (page clock), and when it asked for WHEP. */
  async firstFrame(): Promise<{ firstMs: number | null; whepPostMs: number | null }> {
    return this.#evaluate('({ firstMs: window.slProbe?.firstAt ?? null, whepPostMs: window.slProbe?.whepPostAt ?? null })');
  }

  /** Waits until a frame was presented. @throws Error after timeoutMs. */
  async waitForFrame(timeoutMs: number): Promise<{ firstMs: number; whepPostMs: number | null }> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { firstMs, whepPostMs } = await this.firstFrame();
      if (firstMs !== null) return { firstMs, whepPostMs };
      if (Date.now() > deadline) throw new Error(`no frame was presented within ${Math.round(timeoutMs / 1000)} s`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Frames that the browser decoded and did not present, since the page's video began; 0 without a video. */
  async droppedFrames(): Promise<number> {
    return this.#evaluate('document.querySelector("video")?.getVideoPlaybackQuality().droppedVideoFrames ?? 0');
  }

  async keepRing(size: number): Promise<void> {
    await this.#evaluate(`window.slProbe.keepRing(${size})`);
  }

  async newestTimecodeUs(): Promise<number | null> {
    return this.#evaluate('window.slProbe.newestTimecodeUs()');
  }

  /** RGBA of a kept frame (keepRing) by its time code; null when it is not kept. */
  async takePicture(timecodeUs: number): Promise<{ widthPx: number; heightPx: number; rgba: Buffer } | null> {
    const found = await this.#evaluate<{ widthPx: number; heightPx: number; base64: string } | null>(`window.slProbe.takePicture(${timecodeUs})`);
    return found ? { widthPx: found.widthPx, heightPx: found.heightPx, rgba: Buffer.from(found.base64, 'base64') } : null;
  }

  async close(): Promise<void> {
    await this.page.close().catch(() => undefined);
  }

  /** Straight over CDP: playwright's own evaluate adds most of a millisecond, which the clock's bounds would feel. */
  async #evaluate<T>(expression: string): Promise<T> {
    const reply = await this.#cdp.send('Runtime.evaluate', { expression, returnByValue: true });
    if (reply.exceptionDetails) throw new Error(`in the page: ${reply.exceptionDetails.exception?.description ?? reply.exceptionDetails.text}`);
    return reply.result.value as T;
  }
}

async function openMeasuredPage(context: BrowserContext, sourceWidthPx: number): Promise<MeasuredPage> {
  const page = await context.newPage();
  await page.addInitScript(`window.slProbe.sourceWidthPx = ${Math.round(sourceWidthPx)};`);
  return new MeasuredPage(page, await context.newCDPSession(page));
}

/** The probe with protocol's own time code reader in front: type stripping leaves plain JavaScript behind. */
async function probeScript(): Promise<string> {
  const probe = await readFile(new URL('./page/frame-probe.js', import.meta.url), 'utf8');
  return `(() => { ${crc16.toString()}\n${readTimecode.toString()}\nwindow.slReadTimecode = readTimecode; })();\n${probe}`;
}
