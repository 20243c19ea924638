import { setTimeout as sleep } from 'node:timers/promises';
import type { BoxStatus } from '@scanlink/protocol';
import type { MeasuredPage } from '../measure/browser.ts';
import { monotonicMs, type ClockMap } from '../measure/clock-map.ts';
import type { FrameRecord, ShownRecord } from '../measure/frame-record.ts';
import { readDrops, subtractDrops, type Drops } from './count-drops.ts';
import { median } from '../../../scripts/lib/percentile.ts';
import { measureSystemLoad, readSystemCpu, type SystemLoad, type SystemPids } from '../measure/system-load.ts';

export interface WatchedStream {
  readonly frames: readonly FrameRecord[];
  readonly shown: readonly ShownRecord[];
  readonly clock: ClockMap;
  readonly load: SystemLoad;
  readonly bitrateKbps: number | null;
  /** Dropped while it was watched, by reason. */
  readonly dropped: Drops;
  /** The box's status at the end. */
  readonly status: BoxStatus | null;
}

/** Watches a page's running stream for some seconds: every frame, what the page says of it, the load of the processes. */
export async function watchStream(page: MeasuredPage, system: { pids(): SystemPids; status(): Promise<BoxStatus | null> }, seconds: number): Promise<WatchedStream> {
  await page.takeFrames();
  await page.takeShown();
  const frames: FrameRecord[] = [];
  const shown: ShownRecord[] = [];
  const bitrates: number[] = [];
  let status = await system.status();
  const droppedBefore = { ...readDrops(status), viewer: await page.droppedFrames() };
  const pids = system.pids();
  const startedMs = monotonicMs();
  const before = await readSystemCpu(pids);
  while (monotonicMs() - startedMs < seconds * 1000) {
    await sleep(Math.min(1000, Math.max(50, seconds * 1000 - (monotonicMs() - startedMs))));
    frames.push(...await page.takeFrames());
    shown.push(...await page.takeShown());
    await page.pingClock(5);
    status = await system.status();
    if (status?.publisher) bitrates.push(status.publisher.bitrateKbps);
  }
  const load = measureSystemLoad(before, await readSystemCpu(pids), (monotonicMs() - startedMs) / 1000);
  const dropped = subtractDrops({ ...readDrops(status), viewer: await page.droppedFrames() }, droppedBefore);
  return { frames, shown, dropped, clock: await page.pingClock(40), load, bitrateKbps: median(bitrates), status };
}
