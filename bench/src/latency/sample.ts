import { estimateMedian, type Interval } from './interval.ts';
import { median } from '../../../scripts/lib/percentile.ts';

/** The ways of a frame that are compared, in the order in which a round measures them. */
export const PATHS = ['ours-hub', 'ffmpeg-livekit', 'ffmpeg-hub', 'ours-livekit', 'ours-hub-large'] as const;
export type PathName = (typeof PATHS)[number];
export const PATH_TITLES: Readonly<Record<PathName, string>> = {
  'ours-hub': 'ScanLink box -> ScanLink hub',
  'ffmpeg-livekit': 'FFmpeg -> LiveKit (playout delay 0/0)',
  'ffmpeg-hub': 'FFmpeg -> ScanLink hub',
  'ours-livekit': 'ScanLink box -> LiveKit (playout delay 0/0)',
  'ours-hub-large': 'ScanLink box -> ScanLink hub, 1080p60',
};
/** Those that are compared with ours through our hub: the same pictures in another's hands. */
export const PEERS: readonly PathName[] = ['ffmpeg-livekit', 'ffmpeg-hub', 'ours-livekit'];

/** One measurement of one path. Milliseconds; null where not measurable. */
export interface Sample {
  readonly path: PathName;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly frames: number;
  readonly discarded: number;
  readonly fps: number | null;
  readonly freezes: number;
  readonly clockUncertaintyMs: number;
  /** From the hand-over to the end of encoding, normalising included. */
  readonly encodeMsP50: number | null;
  /** Percent of a core: the sender's whole process (ours without the simulator), and the server's. */
  readonly senderCpuPercent: number;
  readonly serverCpuPercent: number;
  /** Ours through the hub only. */
  readonly box?: BoxLoad;
}
export interface BoxLoad { readonly outsideEncoderCpuPercent: number; readonly encodeCpuPercent: number; readonly pssMib: number }

/** Medians over the rounds of one path. */
export interface PathSummary {
  readonly path: PathName;
  readonly rounds: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly fps: number | null;
  readonly freezes: number;
  readonly discardedPercent: number;
  readonly encodeMsP50: number | null;
  readonly senderCpuPercent: number | null;
  readonly serverCpuPercent: number | null;
  readonly box: BoxLoad | null;
  /** That path's p50 (p95) over that of ours through the hub in the same round: above 1 is ours ahead. */
  readonly ratioP50: Interval;
  readonly ratioP95: Interval;
  /** Rounds in which ours had the lower p50. */
  readonly roundsAhead: number;
}

/** Medians and ratios by path; a round's ratio uses that round's own sample of ours, so that the machine's mood cancels out. */
export function summarizeSamples(rounds: readonly (readonly Sample[])[]): PathSummary[] {
  return PATHS.filter((path) => rounds.some((round) => round.some((sample) => sample.path === path))).map((path) => {
    const samples = rounds.flatMap((round) => round.filter((sample) => sample.path === path));
    const of = (pick: (sample: Sample) => number | null | undefined) => median(samples.map(pick).filter((value) => value !== null && value !== undefined));
    const ratios = (pick: (sample: Sample) => number | null): number[] => rounds.flatMap((round) => {
      const [own, other] = ['ours-hub', path].map((name) => round.find((sample) => sample.path === name));
      const [ownMs, otherMs] = [own && pick(own), other && pick(other)];
      return ownMs && otherMs ? [otherMs / ownMs] : [];
    });
    const ratiosP50 = ratios((sample) => sample.p50);
    const boxes = samples.flatMap((sample) => (sample.box ? [sample.box] : []));
    const frames = samples.reduce((sum, sample) => sum + sample.frames, 0);
    return {
      path, rounds: samples.length, p50: of((sample) => sample.p50), p95: of((sample) => sample.p95), max: of((sample) => sample.max), fps: of((sample) => sample.fps),
      freezes: samples.reduce((sum, sample) => sum + sample.freezes, 0),
      discardedPercent: frames === 0 ? 0 : samples.reduce((sum, sample) => sum + sample.discarded, 0) / frames * 100,
      encodeMsP50: of((sample) => sample.encodeMsP50), senderCpuPercent: of((sample) => sample.senderCpuPercent), serverCpuPercent: of((sample) => sample.serverCpuPercent),
      box: boxes.length === 0 ? null : {
        outsideEncoderCpuPercent: median(boxes.map((box) => box.outsideEncoderCpuPercent)) ?? 0,
        encodeCpuPercent: median(boxes.map((box) => box.encodeCpuPercent)) ?? 0, pssMib: median(boxes.map((box) => box.pssMib)) ?? 0,
      },
      ratioP50: estimateMedian(ratiosP50), ratioP95: estimateMedian(ratios((sample) => sample.p95)), roundsAhead: ratiosP50.filter((ratio) => ratio > 1).length,
    };
  });
}
