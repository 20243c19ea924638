import { setTimeout as sleep } from 'node:timers/promises';
import { parseTiming, type BoxStatus } from '@scanlink/protocol';
import { launchBrowser } from '../measure/browser.ts';
import { median, round, summarize } from '../../../scripts/lib/percentile.ts';
import { measurePictureQuality } from '../measure/picture-quality.ts';
import { readSystemPss, type SystemPids } from '../measure/system-load.ts';
import { countFreezes, countMissing, measureDelays, measureFps, measureShownError } from '../measure/truth.ts';
import { measureJoins } from './joins.ts';
import { startAndSee, type Starter } from './start-and-see.ts';
import { listFailures, type CheckResult } from './result.ts';
import { watchStream } from './watch-stream.ts';

/** The running system under check, as `./run` knows it. No session must run yet. */
export interface CheckTarget extends Starter {
  readonly source: string;
  /** Name of the console's timing; the source draws the time code. */
  readonly timing: string;
  /** How long the stream is watched, seconds. */
  readonly seconds: number;
  readonly controlSocket: string;
  pids(): SystemPids;
  status(): Promise<BoxStatus | null>;
}

export interface CheckReport {
  readonly result: CheckResult;
  readonly failures: readonly { readonly en: string; readonly zh: string }[];
  /** What the table tells beyond the result. */
  readonly detail: {
    readonly browser: string; readonly widthPx: number; readonly heightPx: number; readonly frames: number; readonly late: number; readonly mismatched: number; readonly unread: number;
    readonly clockUncertaintyMs: number; readonly shownMatched: number; readonly stills: number; readonly leastPsnrDb: number | null;
    readonly joins: number; readonly whepJoinMs: number | null; readonly simulatorCpuPercent: number;
  };
}

/** A browser that was started a moment ago is still busy with itself; a viewer's has been open for long. */
const BROWSER_REST_MS = 1500;
const SETTLE_MS = 2500;
const JOINS = 3;
const STILLS = 5;

/**
 * The main job once, with a headless Chromium as the viewer: starts a session, watches it, joins it anew a few times, and
 * compares stills. @throws Error when no picture comes at all, or Chromium is missing.
 */
export async function runCheck(target: CheckTarget): Promise<CheckReport> {
  const timing = parseTiming(target.timing);
  const promisedFps = round(timing.rateNum / timing.rateDen, 3) ?? 0;
  const intervalMs = 1000 * timing.rateDen / timing.rateNum;
  const browser = await launchBrowser();
  try {
    const page = await browser.openPage(timing.widthPx);
    await sleep(BROWSER_REST_MS);
    const { viewerUrl, firstPictureMs } = await startAndSee(target, page);
    await sleep(SETTLE_MS);
    const watched = await watchStream(page, target, target.seconds);
    const psnr = await measurePictureQuality(page, target.controlSocket, STILLS);
    await page.close();
    const joins = await measureJoins(browser, viewerUrl, timing.widthPx, JOINS);
    const live = watched.status?.session?.state === 'live';
    const { frames, load } = watched;
    const truth = measureDelays(frames, watched.clock, intervalMs);
    const freezes = countFreezes(frames, intervalMs);
    const shown = measureShownError(truth, watched.shown);
    const delays = summarize(truth.delays.map(({ delayMs }) => delayMs));
    const measured = truth.measurable;
    const pss = await readSystemPss(target.pids());
    const partial: Omit<CheckResult, 'ok'> = {
      source: target.source, timing: timing.name,
      firstPictureMs: round(firstPictureMs, 0), joinMs: round(median(joins.map((each) => each.joinMs)), 0),
      fps: round(measureFps(frames), 2), promisedFps, missingFrames: countMissing(frames, promisedFps), dropped: watched.dropped,
      freezes: freezes.count, longestGapMs: round(freezes.longestMs) ?? 0,
      delayMs: {
        p50: measured ? round(delays.p50) : null, p95: measured ? round(delays.p95) : null, max: measured ? round(delays.max) : null,
        n: delays.n, discarded: truth.discarded,
      },
      shownDelayErrorMs: { p50: measured ? round(shown.errorMs.p50, 2) : null, p95: measured ? round(shown.errorMs.p95, 2) : null },
      psnrDb: round(median(psnr)), bitrateKbps: round(watched.bitrateKbps, 0),
      cpuPercent: { capture: round(load.capture) ?? 0, encode: round(load.encode) ?? 0, mediaRest: round(load.mediaRest) ?? 0, firmware: round(load.firmware) ?? 0, hub: round(load.hub) ?? 0 },
      pssMiB: { media: round(pss.media) ?? 0, firmware: round(pss.firmware) ?? 0, hub: round(pss.hub) ?? 0 },
    };
    const failures = listFailures(partial, live);
    return {
      result: { ok: failures.length === 0, ...partial }, failures,
      detail: {
        browser: browser.version, widthPx: frames.at(-1)?.widthPx ?? 0, heightPx: frames.at(-1)?.heightPx ?? 0,
        frames: frames.length, late: truth.discardedLate, mismatched: truth.discardedMismatched, unread: truth.discardedUnread,
        clockUncertaintyMs: watched.clock.uncertaintyMs, shownMatched: shown.matched,
        stills: psnr.length, leastPsnrDb: psnr.length > 0 ? Math.min(...psnr) : null,
        joins: joins.length, whepJoinMs: median(joins.map((each) => each.whepMs).filter((each) => each !== null)),
        simulatorCpuPercent: load.simulator,
      },
    };
  } finally {
    await browser.close();
  }
}
