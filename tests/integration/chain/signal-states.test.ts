import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createChain, eventually, isLive, openBrowser, waitForPictures } from '../../support/chain.ts';

const OUTPUT_DIR = join(import.meta.dirname, '../../output/chain');

/** Each command of the simulated console, and the words that the page must show for it. */
const STATES = [
  { name: 'no-cable', command: 'unplug', back: 'plug', words: { 'en-US': /No cable/, 'zh-CN': /未连接视频线/ } },
  { name: 'no-lock', command: 'no-lock', back: 'plug', words: { 'en-US': /not locked/i, 'zh-CN': /无法锁定/ } },
  { name: 'out-of-range', command: 'out-of-range', back: 'plug', words: { 'en-US': /out of range/i, 'zh-CN': /超出范围/ } },
  { name: 'protected', command: 'protected', back: 'plug', words: { 'en-US': /protected/i, 'zh-CN': /HDCP/ } },
  { name: 'unchanged', command: 'hold', back: 'unhold', words: { 'en-US': /unchanged/i, 'zh-CN': /未变化|无变化|未改变/ } },
  { name: 'stalled', command: 'stall', back: 'unstall', words: { 'en-US': /stalled/i, 'zh-CN': /停滞/ } },
] as const;

describe('chain: every state of the signal is seen on the viewer page', () => {
  let chain: Awaited<ReturnType<typeof createChain>>;
  const browsers: Awaited<ReturnType<typeof openBrowser>>[] = [];
  const pages: { readonly locale: 'en-US' | 'zh-CN'; readonly page: Page }[] = [];

  before(async function () {
    this.timeout(90_000);
    mkdirSync(OUTPUT_DIR, { recursive: true });
    chain = await createChain();
    await chain.system.start();
    const status = await chain.system.waitFor(isLive, 30_000);
    for (const locale of ['en-US', 'zh-CN'] as const) {
      const browser = await openBrowser(locale);
      browsers.push(browser);
      pages.push({ locale, page: browser.page });
      await browser.page.goto(await chain.system.makeLink(status.session!.sessionId));
      await waitForPictures(browser.page, 30);
    }
  });

  after(async function () {
    this.timeout(30_000);
    for (const browser of browsers) await browser.close();
    await chain?.close();
  });

  it('another timing, in both languages: its size is shown, its pictures come, and back', async () => {
    const videoSize = (page: Page): Promise<string> => page.evaluate<string>("(({ videoWidth, videoHeight }) => `${videoWidth} × ${videoHeight}`)(document.querySelector('video'))");
    const shownSize = (page: Page): Promise<string> => page.locator('[data-metric=resolution] dd').innerText();
    for (const [timing, size] of [['800x600p60', '800 × 600'], ['1280x720p30', '1280 × 720']] as const) {
      await chain.system.ask('sim', { command: 'timing', timing });
      for (const { locale, page } of pages) {
        await eventually(`pictures of ${size} in ${locale}`, async () => (await videoSize(page)) === size);
        await eventually(`${size} told in ${locale}`, async () => (await shownSize(page)) === size);
        await waitForPictures(page, 30);
        await eventually(`live at ${size} in ${locale}`, async () => (await page.locator('.page').getAttribute('data-status')) === 'live');
        if (timing !== '1280x720p30') await page.screenshot({ path: join(OUTPUT_DIR, `timing-${locale}.png`) });
      }
    }
  });

  const textOf = (page: Page): Promise<string> => page.evaluate<string>('document.body.innerText');

  for (const { name, command, back, words } of STATES) {
    it(`${name}, in both languages, and live again`, async () => {
      await chain.system.ask('sim', { command });
      for (const { locale, page } of pages) {
        await eventually(`${name} in ${locale}`, async () => words[locale].test(await textOf(page)));
        await page.screenshot({ path: join(OUTPUT_DIR, `${name}-${locale}.png`) });
      }
      await chain.system.ask('sim', { command: back });
      for (const { locale, page } of pages) {
        await eventually(`${name} gone in ${locale}`, async () => !words[locale].test(await textOf(page)));
        await waitForPictures(page, 15);
      }
    });
  }
});
