import type { PathName, PathSummary } from './sample.ts';

/** For tests: what a path might have measured, on the good side of every target. */
export const summaryOf = (path: PathName, more: Partial<PathSummary> = {}): PathSummary => ({
  path, rounds: 6, p50: 5.5, p95: 8, max: 20, fps: 30, freezes: 0, discardedPercent: 1, encodeMsP50: 4, senderCpuPercent: 25, serverCpuPercent: 5,
  box: path === 'ours-hub' ? { outsideEncoderCpuPercent: 4, encodeCpuPercent: 18, pssMib: 120 } : null,
  ratioP50: { median: 1.2, low: 1.1, high: 1.3, n: 6 }, ratioP95: { median: 1.2, low: 1.1, high: 1.3, n: 6 }, roundsAhead: 6, ...more,
});
