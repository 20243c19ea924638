import { setTimeout as sleep } from 'node:timers/promises';
import { measureJoins } from '../check/joins.ts';
import { startAndSee } from '../check/start-and-see.ts';
import type { MeasuringBrowser, MeasuredPage } from '../measure/browser.ts';
import { monotonicMs } from '../measure/clock-map.ts';
import { CONDITIONS } from './conditions.ts';
import type { BenchSystem } from './system.ts';

/** How long a person waits, milliseconds: one value a start, a join, a return. */
export interface Moments {
  /** From the request to start the session to the first picture in a page that is open already. */
  readonly startMs: readonly number[];
  /** A fresh viewer of the running session: from its navigation to the first picture. */
  readonly joinMs: readonly number[];
  /** The hub was away for 30 s: from its processes' start to five new pictures in the page that had been watching. */
  readonly returnMs: readonly number[];
}

const JOINS_PER_START = 3;
const AWAY_MS = 30_000;
const SETTLE_MS = 1500;
/** A page that shows the last picture again is not back: these many new ones must come. */
const NEW_PICTURES = 5;
const RETURN_TIMEOUT_MS = 20_000;

/** @throws Error when no picture comes, or none comes back. */
export async function measureMoments({ browser, system }: { readonly browser: MeasuringBrowser; readonly system: BenchSystem }, rounds: number, returns: number): Promise<Moments> {
  const startMs: number[] = [];
  const joinMs: number[] = [];
  const returnMs: number[] = [];
  for (let round = 0; round < Math.max(rounds, returns); round += 1) {
    await system.startBox();
    const page = await browser.openPage(CONDITIONS.widthPx);
    try {
      await sleep(SETTLE_MS);
      const { viewerUrl, firstPictureMs } = await startAndSee(system, page);
      if (round < rounds) {
        startMs.push(firstPictureMs);
        joinMs.push(...(await measureJoins(browser, viewerUrl, CONDITIONS.widthPx, JOINS_PER_START)).map((join) => join.joinMs));
      }
      if (round < returns) returnMs.push(await measureReturn(system, page));
    } finally {
      await page.close();
      await system.stopBox();
    }
  }
  return { startMs, joinMs, returnMs };
}

async function measureReturn(system: BenchSystem, page: MeasuredPage): Promise<number> {
  await system.loseHub(AWAY_MS);
  const backMs = monotonicMs();
  await page.takeFrames();
  for (let seen = 0; ;) {
    const frames = await page.takeFrames();
    seen += frames.length;
    const last = frames.at(-1);
    if (last && seen >= NEW_PICTURES) return last.presentedMs + (await page.pingClock(20)).offsetMs - backMs;
    if (monotonicMs() - backMs > RETURN_TIMEOUT_MS) throw new Error(`no picture came back within ${RETURN_TIMEOUT_MS / 1000} s after the hub was back`);
    await sleep(20);
  }
}
