import type { Page } from 'playwright-core';
import { launchChromium } from '../../../support/chromium.ts';
import { FakeHub } from './fake-hub.ts';
import { encodeClip } from '../../../support/h264-clip.ts';

export interface OpenPage { readonly hub: FakeHub; readonly page: Page }

/**
 * For the describe() that calls this: one Chromium in Chinese, an empty page for each test, and a hub that plays a film,
 * one for each test or the same for all. take: gets them before each test, and before what a beforeEach() below does.
 */
export function usePages(hubFor: 'each test' | 'all tests', take: (open: OpenPage) => void): void {
  let start: () => Promise<FakeHub>;
  let shared: FakeHub | null = null;
  let browser: Awaited<ReturnType<typeof launchChromium>> | null = null;
  let open: OpenPage | null = null;

  before(async () => {
    const clip = encodeClip(1280, 720, 30);
    start = async () => {
      const hub = new FakeHub(clip);
      await hub.start();
      return hub;
    };
    if (hubFor === 'all tests') shared = await start();
    browser = await launchChromium('zh-CN');
  });
  after(async () => {
    await browser?.close();
    await shared?.close();
  });
  beforeEach(async () => {
    open = { hub: shared ?? await start(), page: await browser!.context.newPage() };
    take(open);
  });
  afterEach(async () => {
    await open?.page.close();
    if (shared === null) await open?.hub.close();
    open = null;
  });
}
