import { readdir, readFile } from 'node:fs/promises';

/** CPU seconds a process has used, whole and by group of thread names. */
export interface CpuTimes { readonly totalSeconds: number; readonly groups: Readonly<Record<ThreadGroup, number>> }
export type ThreadGroup = 'simulator' | 'encode' | 'capture' | 'meter' | 'rest';

/** Linux gives CPU times to user space in ticks of 1/100 s on every architecture (USER_HZ). */
const TICKS_PER_SECOND = 100;
const PREFIXES: readonly (readonly [string, ThreadGroup])[] = [
  ['sl-sim', 'simulator'], ['sl-enc', 'encode'], ['sl-cap', 'capture'], ['sl-meter', 'meter'],
];

/** Group of a thread by its name (comm, at most 15 letters). */
export function groupThread(name: string): ThreadGroup {
  return PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'rest';
}

/**
 * Name and CPU ticks (user plus system) of one line of /proc/PID/stat or /proc/PID/task/TID/stat. A name may hold spaces
 * and brackets, so the fields are counted from the last bracket.
 * @returns null for a line that is none. Source: proc(5).
 */
export function parseStat(text: string): { name: string; ticks: number } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? { name: text.slice(open + 1, close), ticks } : null;
}

/** PSS in MiB of the text of /proc/PID/smaps_rollup, or null where the line is missing. */
export function parsePssMib(text: string): number | null {
  const match = /^Pss:\s+(\d+) kB$/m.exec(text);
  return match ? Number(match[1]) / 1024 : null;
}

/**
 * CPU times of a process now. Threads that have ended are in the total (and so in `rest`), not in their group.
 * @throws Error (ENOENT) when the process is gone.
 */
export async function readCpu(pid: number): Promise<CpuTimes> {
  const whole = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  const groups: Record<ThreadGroup, number> = { simulator: 0, encode: 0, capture: 0, meter: 0, rest: 0 };
  for (const tid of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${tid}/stat`, 'utf8').catch(() => '');
    const thread = parseStat(text);
    if (thread) groups[groupThread(thread.name)] += thread.ticks / TICKS_PER_SECOND;
  }
  const totalSeconds = (whole?.ticks ?? 0) / TICKS_PER_SECOND;
  const named = groups.simulator + groups.encode + groups.capture + groups.meter;
  return { totalSeconds, groups: { ...groups, rest: Math.max(0, totalSeconds - named) } };
}

/** PSS of a process in MiB. @throws Error when the process is gone. */
export async function readPssMib(pid: number): Promise<number> {
  const pss = parsePssMib(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
  if (pss === null) throw new Error(`no PSS of process ${pid}`);
  return pss;
}

/** CPU between two readings as percent of one core, by group and in total. */
export function cpuPercent(before: CpuTimes, after: CpuTimes, seconds: number): Record<ThreadGroup | 'total', number> {
  const share = (from: number, to: number) => Math.max(0, (to - from) / seconds * 100);
  const group = (name: ThreadGroup) => share(before.groups[name], after.groups[name]);
  return {
    total: share(before.totalSeconds, after.totalSeconds),
    simulator: group('simulator'), encode: group('encode'), capture: group('capture'), meter: group('meter'), rest: group('rest'),
  };
}
