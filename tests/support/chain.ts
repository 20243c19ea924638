import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type { BoxStatus } from '@scanlink/protocol';
import type { RunArguments } from '../../scripts/run/arguments.ts';
import { LocalSystem } from '../../scripts/run/system.ts';

const ROOT_DIR = join(import.meta.dirname, '../..');

/** A free TCP port of loopback at the moment of asking. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** The whole chain as `./run` starts it, with a data folder of its own that close() removes. */
export async function createChain(options: Partial<RunArguments> = {}): Promise<{ system: LocalSystem; messages: string[]; close: () => Promise<void> }> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sl-chain-'));
  const messages: string[] = [];
  const args: RunArguments = {
    source: 'phantom', timing: '1280x720p30', bitrateKbps: null, seconds: null, check: false, json: false,
    port: await findFreePort(), dataDir, ...options,
  };
  const system = new LocalSystem(ROOT_DIR, args, (text) => messages.push(text));
  return {
    system, messages,
    close: async () => {
      await system.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Polls until `probe` gives something; the deadline is generous, as nothing here is a measure of speed. */
export async function eventually<T>(what: string, probe: () => Promise<T | null | undefined | false> | T | null | undefined | false, timeoutMs = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await sleep(50);
  }
}

export const isLive = (status: BoxStatus): boolean => status.session?.state === 'live' && status.publisher?.state === 'live';

/** Headless Chromium with a fresh profile. */
export async function openBrowser(locale = 'en-US'): Promise<{ context: BrowserContext; page: Page; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'sl-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', headless: false, locale, viewport: { width: 1440, height: 900 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = context.pages()[0] ?? await context.newPage();
  return {
    context, page,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Pictures that the page's video has presented so far. */
export function presentedFrames(page: Page): Promise<number> {
  // Text, as this side of the project is checked without the DOM's types.
  return page.evaluate<number>("document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0");
}

/** Waits until `more` further pictures were presented. */
export async function waitForPictures(page: Page, more: number, timeoutMs = 20_000): Promise<void> {
  const before = await presentedFrames(page);
  // totalVideoFrames starts anew with a new stream.
  await eventually(`${more} more pictures`, async () => { const now = await presentedFrames(page); return now >= before + more || (now < before && now >= more); }, timeoutMs);
}
