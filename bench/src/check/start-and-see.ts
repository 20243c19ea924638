import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredPage } from '../measure/browser.ts';
import { monotonicMs } from '../measure/clock-map.ts';

/** A box without a session, as far as starting one goes. */
export interface Starter {
  /** Starts the session; resolves as soon as the box took the request. */
  startSession(): Promise<{ readonly sessionId: string }>;
  /** A viewing link of it; may be refused until the hub knows the session. */
  makeLink(sessionId: string): Promise<string>;
}

const FIRST_PICTURE_TIMEOUT_MS = 20_000;

/** Starts a session and opens its link in a page that is there already. firstPictureMs: from the request to the first presented picture. */
export async function startAndSee(target: Starter, page: MeasuredPage): Promise<{ viewerUrl: string; firstPictureMs: number }> {
  const requestedMs = monotonicMs();
  const { sessionId } = await target.startSession();
  const viewerUrl = await untilKnown(() => target.makeLink(sessionId));
  await page.goto(viewerUrl);
  const { firstMs } = await page.waitForFrame(FIRST_PICTURE_TIMEOUT_MS);
  const clock = await page.pingClock(60);
  return { viewerUrl, firstPictureMs: firstMs + clock.offsetMs - requestedMs };
}

/** The hub learns of a session a moment after the box: asks again for 5 s. */
async function untilKnown<Result>(ask: () => Promise<Result>): Promise<Result> {
  const deadline = monotonicMs() + 5000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (monotonicMs() > deadline) throw error;
      await sleep(15);
    }
  }
}
