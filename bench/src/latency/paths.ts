import type { MeasuringBrowser } from '../measure/browser.ts';
import { cpuPercent, readCpu, type CpuTimes } from '../../../scripts/lib/proc.ts';
import { measureSystemLoad, readSystemCpu, readSystemPss, type SystemCpu } from '../measure/system-load.ts';
import { CONDITIONS, LARGE, type Stream } from './conditions.ts';
import { startForeignBox, type ForeignBox } from './foreign-box.ts';
import { measurePage, type LoadProbe } from './measure-page.ts';
import { startFfmpegPeer, type FfmpegPeer } from './peers/ffmpeg-peer.ts';
import type { LiveKit } from './peers/livekit.ts';
import type { PeerPages } from './peers/peer-pages.ts';
import type { PathName, Sample } from './sample.ts';
import type { BenchSystem } from './system.ts';

/** All that a round needs, started once. */
export interface Bench {
  readonly rootDir: string;
  readonly peersDir: string;
  readonly picturesPath: string;
  readonly browser: MeasuringBrowser;
  readonly system: BenchSystem;
  readonly livekit: LiveKit;
  readonly pages: PeerPages;
}

/** One measurement of one path; starts its sender and ends it again. @throws Error when no picture comes. */
export const MEASURE: Readonly<Record<PathName, (bench: Bench, seconds: number) => Promise<Sample>>> = {
  'ours-hub': (bench, seconds) => measureOurs(bench, 'ours-hub', seconds, CONDITIONS),
  'ours-hub-large': (bench, seconds) => measureOurs(bench, 'ours-hub-large', seconds, LARGE),
  'ffmpeg-livekit': async (bench, seconds) => {
    const { livekit, pages, browser } = bench;
    const peer = await startFeeder(bench, livekit.whipUrl, livekit.token('ffmpeg', 'sender', 'publish'));
    try {
      const url = pages.livekitUrl(livekit.wsUrl, livekit.token('ffmpeg', `viewer-${Date.now()}`, 'subscribe'));
      return await measurePage(browser, 'ffmpeg-livekit', url, seconds, probeFfmpeg(peer, [livekit.pid]), { forceKeyFrame: () => peer.forceKeyFrame() });
    } finally {
      await peer.close();
    }
  },
  'ffmpeg-hub': async (bench, seconds) => {
    const { system, browser } = bench;
    const session = await system.openGuestSession();
    const peer = await startFeeder(bench, session.whipUrl, session.token);
    try {
      return await measurePage(browser, 'ffmpeg-hub', session.viewerUrl, seconds, probeFfmpeg(peer, system.hubPids()), { forceKeyFrame: () => peer.forceKeyFrame() });
    } finally {
      await peer.close();
      await session.end();
    }
  },
  'ours-livekit': async ({ rootDir, browser, livekit, pages }, seconds) => {
    const box = await startForeignBoxAgain(rootDir, { whipUrl: livekit.whipUrl, token: livekit.token('ours', 'box', 'publish') });
    try {
      const url = pages.livekitUrl(livekit.wsUrl, livekit.token('ours', `viewer-${Date.now()}`, 'subscribe'));
      return await measurePage(browser, 'ours-livekit', url, seconds, probeProcesses(box.pid, [livekit.pid], () => box.encodeMsP50()));
    } finally {
      await box.close();
    }
  },
};

async function measureOurs({ browser, system }: Bench, path: PathName, seconds: number, stream: Stream): Promise<Sample> {
  const url = await system.startBoxLive(stream.timing);
  try {
    return await measurePage(browser, path, url, seconds, probeBox(system), { stream });
  } finally {
    await system.stopBox();
  }
}

/** libdatachannel can lose the race between LiveKit's first DTLS packet and the answer; a start that failed is told, and tried twice more. */
async function startForeignBoxAgain(rootDir: string, target: Parameters<typeof startForeignBox>[1]): Promise<ForeignBox> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await startForeignBox(rootDir, target);
    } catch (error) {
      if (failures === 2) throw error;
      process.stderr.write(`start ${failures + 1} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

function startFeeder(bench: Bench, whipUrl: string, token: string): Promise<FfmpegPeer> {
  const { widthPx, heightPx, framesPerSecond, bitrateKbps, vbvKbit, preset, x264Params, threads } = CONDITIONS;
  return startFfmpegPeer({ peersDir: bench.peersDir, picturesPath: bench.picturesPath, whipUrl, token, widthPx, heightPx, framesPerSecond, bitrateKbps, vbvKbit, preset, x264Params, threads });
}

function probeFfmpeg(peer: FfmpegPeer, serverPids: readonly number[]): LoadProbe {
  return probeProcesses(peer.pid, serverPids, () => peer.encodeMsP50());
}

/** CPU of a sender and its server; a simulator's threads within the sender are left out. */
function probeProcesses(senderPid: number, serverPids: readonly number[], encodeMsP50: () => number | null): LoadProbe {
  let before: { sender: CpuTimes; servers: CpuTimes[]; atMs: number };
  const read = async () => ({ sender: await readCpu(senderPid), servers: await Promise.all(serverPids.map(readCpu)), atMs: performance.now() });
  return {
    start: async () => { before = await read(); },
    stop: async () => {
      const after = await read();
      const seconds = (after.atMs - before.atMs) / 1000;
      const sender = cpuPercent(before.sender, after.sender, seconds);
      const server = after.servers.reduce((sum, each, index) => sum + cpuPercent(before.servers[index] as CpuTimes, each, seconds).total, 0);
      return { encodeMsP50: encodeMsP50(), senderCpuPercent: sender.total - sender.simulator, serverCpuPercent: server };
    },
  };
}

function probeBox(system: BenchSystem): LoadProbe {
  let before: SystemCpu;
  let startedMs = 0;
  return {
    start: async () => { before = await readSystemCpu(system.pids()); startedMs = performance.now(); },
    stop: async () => {
      const load = measureSystemLoad(before, await readSystemCpu(system.pids()), (performance.now() - startedMs) / 1000);
      const pss = await readSystemPss(system.pids());
      const outside = load.capture + load.mediaRest + load.firmware;
      return {
        encodeMsP50: (await system.status())?.publisher?.encodeMsP50 ?? null, senderCpuPercent: outside + load.encode, serverCpuPercent: load.hub,
        box: { outsideEncoderCpuPercent: outside, encodeCpuPercent: load.encode, pssMib: pss.media + pss.firmware },
      };
    },
  };
}
