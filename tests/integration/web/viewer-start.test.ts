import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { FakeHub } from './support/fake-hub.ts';
import { usePages } from './support/use-pages.ts';
import { waitFor } from './support/viewer-page.ts';

describe('viewer page: from the link to the first figures, in Chromium', function () {
  this.timeout(60_000);
  let hub: FakeHub;
  let page: Page;
  usePages('each test', (open) => { ({ hub, page } = open); });

  const open = async (): Promise<void> => { await page.goto(hub.viewerUrl); await waitFor(page, 'live with a delay', (handle) => handle.status.kind === 'live' && handle.delay.kind === 'measured'); };

  it('the picture is asked for before anything else, and the view is fetched once', async () => {
    await open();
    const asked = hub.requests.findIndex((request) => request.startsWith('POST /whep/'));
    const followed = hub.requests.findIndex((request) => request.endsWith('/events'));
    assert.ok(asked >= 0 && asked < followed, hub.requests.join('\n'));
    assert.equal(hub.requests.filter((request) => request.startsWith('GET /assets/mount-')).length, 1);
  });

  it('the page is drawn though the answer takes its time', async () => {
    await page.route('**/whep/**', () => undefined);
    await page.goto(hub.viewerUrl);
    await page.getByText('K7WX').waitFor();
  });

  it('the frame rate is never above the true one, from the first picture and through changes of state', async () => {
    // Listens within the page: each change that is drawn, not those that a poll happens to see.
    await page.addInitScript(`window.rates = []; new MutationObserver(() => {
      const text = document.querySelector('[data-metric=fps] dd')?.textContent;
      if (text !== undefined && text !== window.rates.at(-1)) window.rates.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true })`);
    await open();
    for (const signal of ['no-cable', 'locked'] as const) {
      hub.tellInput({ signal });
      await waitFor(page, signal, ({ picture }) => picture === (signal === 'locked' ? 'current' : 'notice'));
      await waitFor(page, 'a rate', ({ stats }) => (stats.fps ?? 0) > 5);
    }
    const rates = await page.evaluate<string[]>('window.rates');
    assert.ok(rates.includes('–') && rates.length > 2, rates.join(', '));
    for (const rate of rates) assert.ok(rate === '–' || Number.parseInt(rate, 10) <= 31, rates.join(', '));
  });
});
