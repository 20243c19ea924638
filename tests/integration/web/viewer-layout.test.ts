import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { FakeHub } from './support/fake-hub.ts';
import { encodeClip } from '../../support/h264-clip.ts';
import { launchChromium } from '../../support/chromium.ts';
import { chooseLanguage, SIZES } from './support/shoot.ts';
import { isStatus, waitFor, type Handle } from './support/viewer-page.ts';

interface Edges { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

describe('viewer page: what stays where it is, in Chromium', function () {
  this.timeout(90_000);
  let hub: FakeHub;
  let context: BrowserContext;
  let closeChromium: () => Promise<void>;
  let page: Page;

  before(async () => {
    hub = new FakeHub(encodeClip(1280, 720, 30));
    await hub.start();
    ({ context, close: closeChromium } = await launchChromium('zh-CN'));
    page = await context.newPage();
    await page.goto(hub.viewerUrl);
    hub.tell({ simulated: true });
    await waitFor(page, 'live', isStatus('live'));
    await page.locator('.badge').waitFor();
  });
  after(async () => {
    await closeChromium();
    await hub.close();
  });

  const edgesOf = (selector: string): Promise<Edges> => page.evaluate<Edges>(`(({ left, top, right, bottom }) => ({ left, top, right, bottom }))(document.querySelector('${selector}').getBoundingClientRect())`);

  it('the details lie over the picture alone, in every size and language', async () => {
    await page.locator('.details-button').click();
    for (const language of ['zh', 'en'] as const) {
      await chooseLanguage(page, language);
      for (const [name, size] of Object.entries(SIZES)) {
        await page.setViewportSize(size);
        const [sheet, stage] = [await edgesOf('.sheet'), await edgesOf('.stage')];
        const isInside = sheet.left >= stage.left && sheet.top >= stage.top && sheet.right <= stage.right && sheet.bottom <= stage.bottom;
        assert.ok(isInside && sheet.bottom - sheet.top > 150, `${name} ${language}: ${JSON.stringify({ sheet, stage })}`);
      }
    }
    await page.keyboard.press('Escape');
  });

  it('on the smallest telephone no tool lies over another', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    for (const language of ['zh', 'en'] as const) {
      await chooseLanguage(page, language);
      const [details, zoom, last] = [await edgesOf('.details-button'), await edgesOf('.segments'), await edgesOf('.tools > :last-child')];
      assert.ok(details.right <= zoom.left && last.right <= 320, JSON.stringify({ language, details, zoom, last }));
    }
  });

  // The longest words last: a picture that jumps when a cable is pulled hides what happened.
  const states: readonly (readonly [string, (handle: Handle) => boolean, () => unknown])[] = [
    ['unchanged', isStatus('unchanged'), () => hub.tellInput({ activity: 'unchanged', activitySinceMs: Date.now() - 83_000 })],
    ['stalled', isStatus('stalled'), () => hub.tellInput({ activity: 'stalled' })],
    ...(['no-device', 'no-cable', 'no-lock', 'out-of-range', 'unsupported', 'protected'] as const).map((signal) => [signal, isStatus('no-signal', { signal }), () => hub.tellInput({ signal, activity: 'idle', timing: null, signalSinceMs: Date.now() - 83_000 })] as const),
    ['hub away', isStatus('reconnecting', { part: 'hub', pictureArrives: true }), () => hub.stop()],
  ];
  it('no state moves the picture, in any size and language', async () => {
    const measure = async (): Promise<Record<string, Edges>> => {
      const places: Record<string, Edges> = {};
      for (const language of ['zh', 'en'] as const) {
        await chooseLanguage(page, language);
        for (const [name, size] of Object.entries(SIZES)) {
          await page.setViewportSize(size);
          places[`${name} ${language}`] = await edgesOf('.stage');
        }
      }
      return places;
    };
    const live = await measure();
    for (const [name, fits, bring] of states) {
      await bring();
      await waitFor(page, name, fits);
      assert.deepEqual(await measure(), live, name);
    }
  });
});
