import type { MeasuringBrowser } from '../measure/browser.ts';

export interface Join { readonly joinMs: number; readonly whepMs: number | null }

/** Fresh viewers of a running session, one after the other: from the navigation (and from the WHEP request) to the first picture. */
export async function measureJoins(browser: MeasuringBrowser, viewerUrl: string, sourceWidthPx: number, count: number): Promise<Join[]> {
  const joins: Join[] = [];
  for (let index = 0; index < count; index += 1) {
    const page = await browser.openPage(sourceWidthPx);
    try {
      const askedMs = await page.goto(viewerUrl);
      const { firstMs, whepPostMs } = await page.waitForFrame(10_000);
      const clock = await page.pingClock(40);
      joins.push({ joinMs: firstMs + clock.offsetMs - askedMs, whepMs: whepPostMs === null ? null : firstMs - whepPostMs });
    } finally {
      await page.close();
    }
  }
  return joins;
}
