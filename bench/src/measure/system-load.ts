import { cpuPercent, readCpu, readPssMib, type CpuTimes } from '../../../scripts/lib/proc.ts';

/** Process ids of box and hub. */
export interface SystemPids { readonly media: number; readonly firmware: number; readonly hub: readonly number[] }
export interface SystemCpu { readonly media: CpuTimes; readonly firmware: CpuTimes; readonly hub: readonly CpuTimes[] }
/** Percent of one core. */
export interface SystemLoad {
  readonly capture: number; readonly encode: number; readonly mediaRest: number; readonly simulator: number;
  readonly firmware: number; readonly hub: number;
}

/** @throws Error when one of the processes is gone. */
export async function readSystemCpu(pids: SystemPids): Promise<SystemCpu> {
  return { media: await readCpu(pids.media), firmware: await readCpu(pids.firmware), hub: await Promise.all(pids.hub.map(readCpu)) };
}

/** Load between two readings. The meter's thread counts as media's rest: it is no encoder and no simulator. */
export function measureSystemLoad(before: SystemCpu, after: SystemCpu, seconds: number): SystemLoad {
  const media = cpuPercent(before.media, after.media, seconds);
  return {
    capture: media.capture, encode: media.encode, mediaRest: media.rest + media.meter, simulator: media.simulator,
    firmware: cpuPercent(before.firmware, after.firmware, seconds).total,
    hub: after.hub.reduce((sum, each, index) => sum + cpuPercent(before.hub[index] as CpuTimes, each, seconds).total, 0),
  };
}

/** PSS in MiB. @throws Error when one of the processes is gone. */
export async function readSystemPss(pids: SystemPids): Promise<{ media: number; firmware: number; hub: number }> {
  const hub = await Promise.all(pids.hub.map(readPssMib));
  return { media: await readPssMib(pids.media), firmware: await readPssMib(pids.firmware), hub: hub.reduce((sum, each) => sum + each, 0) };
}
