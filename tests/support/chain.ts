import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { findFreePort } from '../../scripts/lib/free-port.ts';
import type { BoxStatus } from '@scanlink/protocol';
import type { RunArguments } from '../../scripts/run/arguments.ts';
import { LocalSystem } from '../../scripts/run/system.ts';
import { launchChromium } from './chromium.ts';
import { until } from './until.ts';

const ROOT_DIR = join(import.meta.dirname, '../..');

/** The whole chain as `./run` starts it, with a data folder of its own that close() removes. */
export async function createChain({ heartbeats = true, advertise = [], ...options }: Partial<RunArguments> & { heartbeats?: boolean; advertise?: readonly string[] } = {}): Promise<{ system: LocalSystem; messages: string[]; close: () => Promise<void> }> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sl-chain-'));
  const messages: string[] = [];
  const args: RunArguments = {
    source: 'phantom', timing: '1280x720p30', bitrateKbps: null, seconds: null, check: false, json: false,
    port: await findFreePort(), dataDir, ...options,
  };
  const system = new LocalSystem(ROOT_DIR, args, (text) => messages.push(text), { heartbeats, advertise });
  return {
    system, messages,
    close: async () => {
      await system.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** As the shared one, with a longer deadline and slower polls: each probe may ask a browser. */
export const eventually = <T>(what: string, probe: () => T | Promise<T>, timeoutMs = 20_000): ReturnType<typeof until<T>> => until(what, probe, timeoutMs, 50);

export const isLive = (status: BoxStatus): boolean => status.session?.state === 'live' && status.publisher?.state === 'live';

/** Headless Chromium with one page. */
export async function openBrowser(locale?: string): Promise<{ context: BrowserContext; page: Page; close: () => Promise<void> }> {
  const { context, close } = await launchChromium(locale);
  return { context, page: context.pages()[0] ?? await context.newPage(), close };
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

/** A chain whose session a viewer watches. close() takes both away. */
export interface WatchedChain { readonly system: LocalSystem; readonly page: Page; readonly sessionId: string; close(): Promise<void> }

/** Starts the whole chain and a browser, and waits until its page shows pictures. Takes some seconds. options: as of createChain. */
export async function startWatchedChain(options: Parameters<typeof createChain>[0] = {}): Promise<WatchedChain> {
  const chain = await createChain(options);
  const closers: (() => Promise<void>)[] = [chain.close];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    await chain.system.start();
    const { sessionId } = (await chain.system.waitFor(isLive, 30_000)).session!;
    const browser = await openBrowser();
    closers.push(browser.close);
    await browser.page.goto(await chain.system.makeLink(sessionId));
    await waitForPictures(browser.page, 30);
    return { system: chain.system, page: browser.page, sessionId, close };
  } catch (error) {
    await close();
    throw error;
  }
}
