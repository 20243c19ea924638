import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuringBrowser } from '../measure/browser.ts';
import type { ClockMap } from '../measure/clock-map.ts';
import type { FrameRecord } from '../measure/frame-record.ts';
import { summarize } from '../../../scripts/lib/percentile.ts';
import { countFreezes, measureDelays, measureFps } from '../measure/truth.ts';
import { CONDITIONS, type Stream } from './conditions.ts';
import type { Sample } from './sample.ts';

const SETTLE_MS = 3000;
const FIRST_FRAME_TIMEOUT_MS = 20_000;

/** What a path measures besides the picture, between two calls. */
export interface LoadProbe { start(): Promise<void>; stop(): Promise<Pick<Sample, 'encodeMsP50' | 'senderCpuPercent' | 'serverCpuPercent' | 'box'>> }

/**
 * Opens a fresh page on `url`, waits until the stream runs and settled, and watches it for some seconds.
 * @param forceKeyFrame for senders that answer no PLI: called every 300 ms until the first picture is there.
 */
export async function measurePage(browser: MeasuringBrowser, path: Sample['path'], url: string, seconds: number, load: LoadProbe, { forceKeyFrame, stream = CONDITIONS }: { readonly forceKeyFrame?: () => void; readonly stream?: Stream } = {}): Promise<Sample> {
  const page = await browser.openPage(stream.widthPx);
  const keyTimer = forceKeyFrame ? setInterval(forceKeyFrame, 300) : null;
  try {
    await page.goto(url);
    await page.waitForFrame(FIRST_FRAME_TIMEOUT_MS);
    if (keyTimer) clearInterval(keyTimer);
    await sleep(SETTLE_MS);
    await page.takeFrames();
    await load.start();
    const frames: FrameRecord[] = [];
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      await sleep(Math.min(1000, Math.max(20, until - Date.now())));
      frames.push(...await page.takeFrames());
      await page.pingClock(5);
    }
    const loads = await load.stop();
    return toSample(path, frames, await page.pingClock(60), loads, stream);
  } finally {
    if (keyTimer) clearInterval(keyTimer);
    await page.close();
  }
}

function toSample(path: Sample['path'], frames: readonly FrameRecord[], clock: ClockMap, loads: Awaited<ReturnType<LoadProbe['stop']>>, stream: Stream): Sample {
  const intervalMs = 1000 / stream.framesPerSecond;
  const truth = measureDelays(frames, clock, intervalMs);
  const delays = summarize(truth.delays.map(({ delayMs }) => delayMs));
  return {
    path, p50: truth.measurable ? delays.p50 : null, p95: truth.measurable ? delays.p95 : null, max: truth.measurable ? delays.max : null,
    frames: frames.length, discarded: truth.discarded, fps: measureFps(frames), freezes: countFreezes(frames, intervalMs).count,
    clockUncertaintyMs: clock.uncertaintyMs, ...loads,
  };
}
