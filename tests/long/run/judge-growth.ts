/** Memory and open files of one process, read while the chain is live and has no fault. */
export interface Reading { readonly pid: number; readonly pssMib: number; readonly files: number }
export type Readings = Readonly<Record<string, Reading>>;

/** What one unit used over a soak. */
export interface Growth {
  readonly unit: string;
  readonly first: Reading;
  readonly last: Reading;
  readonly mostPssMib: number;
  readonly mostFiles: number;
  /** Least squares over the readings of the last process, MiB a step; null with fewer than three of them. */
  readonly slopeMibPerStep: number | null;
  /** Why it is too much; null when it is not. */
  readonly reason: string | null;
}

/** A process restarted, reconnected or went through a larger timing: it may end above its beginning by this much. */
const PSS_FACTOR = 1.5;
const PSS_SLACK_MIB = 48;
const FILES_SLACK = 16;

/** Judges the last reading of each unit by its first; a later process of a unit is held to the first one's measure. */
export function judgeGrowth(steps: readonly Readings[]): Growth[] {
  const first = steps[0] ?? {};
  return Object.keys(first).map((unit) => {
    const readings = steps.flatMap((step) => step[unit] ?? []);
    const begin = readings[0] as Reading;
    const last = readings.at(-1) as Reading;
    const limitMib = begin.pssMib * PSS_FACTOR + PSS_SLACK_MIB;
    const reasons = [
      ...(last.pssMib > limitMib ? [`${unit}: PSS ${last.pssMib.toFixed(1)} MiB, first ${begin.pssMib.toFixed(1)}, at most ${limitMib.toFixed(1)} MiB`] : []),
      ...(last.files > begin.files + FILES_SLACK ? [`${unit}: ${last.files} open files, first ${begin.files}, at most ${begin.files + FILES_SLACK}`] : []),
    ];
    return {
      unit, first: begin, last,
      mostPssMib: Math.max(...readings.map((each) => each.pssMib)), mostFiles: Math.max(...readings.map((each) => each.files)),
      slopeMibPerStep: slope(readings.filter((each) => each.pid === last.pid).map((each) => each.pssMib)),
      reason: reasons.length === 0 ? null : reasons.join('; '),
    };
  });
}

function slope(values: readonly number[]): number | null {
  if (values.length < 3) return null;
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
}
