import { describeDrops, sumDrops, type Drops } from './count-drops.ts';

/** What `./run --check --json` prints as one object on its last line. Names and units are relied on by others: keep them. */
export interface CheckResult {
  readonly ok: boolean;
  readonly source: string;
  readonly timing: string;
  /** From the request to start the session to the first picture in the viewer. */
  readonly firstPictureMs: number | null;
  /** A fresh viewer of the running session: from its navigation to its first picture, median of some. */
  readonly joinMs: number | null;
  /** Frames a second that the viewer's browser presented, and that the console's timing promises. */
  readonly fps: number | null;
  readonly promisedFps: number;
  /** Frames that should have been presented while the stream was watched, and were not. */
  readonly missingFrames: number;
  /** Frames that were dropped while the stream was watched, by the box's reasons; `viewer`: by the browser. */
  readonly dropped: Drops;
  /** Gaps between presented frames of over three intervals and 150 ms. */
  readonly freezes: number;
  readonly longestGapMs: number;
  /** Capture to presentation. p50, p95 and max are null when it was not measurable: over 30 % of the frames discarded. */
  readonly delayMs: { readonly p50: number | null; readonly p95: number | null; readonly max: number | null; readonly n: number; readonly discarded: number };
  /** How far the delay that the page shows was from the truth. */
  readonly shownDelayErrorMs: { readonly p50: number | null; readonly p95: number | null };
  readonly psnrDb: number | null;
  readonly bitrateKbps: number | null;
  /** Percent of one core. encode: with normalising; the simulator's own threads are in none of them. */
  readonly cpuPercent: { readonly capture: number; readonly encode: number; readonly mediaRest: number; readonly firmware: number; readonly hub: number };
  readonly pssMiB: { readonly media: number; readonly firmware: number; readonly hub: number };
}

export const LEAST_FPS_SHARE = 0.95;
/** A machine that is too slow drops frames, counted and by name; it may lose so much and no more. */
const LEAST_EXCUSED_SHARE = 0.5;
/** Of the frames that are missing, this share must be among those counted. */
const LEAST_COUNTED_SHARE = 0.9;
export const LONGEST_GAP_MS = 500;
export const LEAST_PSNR_DB = 32;
export const MOST_SHOWN_DELAY_ERROR_MS = 2;

interface Failure { readonly en: string; readonly zh: string }

/** Why a check is not ok, in words for the table; empty when it is. */
export function listFailures(result: Omit<CheckResult, 'ok'>, live: boolean): Failure[] {
  const failures: Failure[] = [];
  if (!live) failures.push({ en: 'the session is not live', zh: '会诊不在实时传输状态' });
  const slow = judgeRate(result);
  if (slow) failures.push(slow);
  if (result.longestGapMs > LONGEST_GAP_MS) failures.push({ en: `the picture stood still for ${Math.round(result.longestGapMs)} ms, more than ${LONGEST_GAP_MS} ms`, zh: `画面停顿 ${Math.round(result.longestGapMs)} ms，超过 ${LONGEST_GAP_MS} ms` });
  if (result.psnrDb === null) failures.push({ en: 'no captured frame could be matched in the viewer', zh: '观看端没有可匹配的采集帧' });
  else if (result.psnrDb < LEAST_PSNR_DB) failures.push({ en: `picture quality ${result.psnrDb} dB is under ${LEAST_PSNR_DB} dB`, zh: `画质 ${result.psnrDb} dB 低于 ${LEAST_PSNR_DB} dB` });
  if (result.delayMs.p50 === null) failures.push({ en: 'the delay was not measurable (over 30 % of the frames discarded)', zh: '延迟无法测量（丢弃的帧超过 30 %）' });
  const error = result.shownDelayErrorMs.p50;
  if (error === null) failures.push({ en: 'the page showed no delay that could be compared', zh: '页面没有显示可比较的延迟' });
  else if (error > MOST_SHOWN_DELAY_ERROR_MS) failures.push({ en: `the delay shown is ${error} ms off the truth, more than ${MOST_SHOWN_DELAY_ERROR_MS} ms`, zh: `显示的延迟与真实值相差 ${error} ms，超过 ${MOST_SHOWN_DELAY_ERROR_MS} ms` });
  return failures;
}

/** The rate that the timing promises, or drops that are counted and named: a stream that is slow for no told reason is at fault. */
function judgeRate({ fps, promisedFps, missingFrames, dropped }: Omit<CheckResult, 'ok'>): Failure | null {
  const share = (fps ?? 0) / promisedFps;
  const counted = sumDrops(dropped);
  if (share >= LEAST_FPS_SHARE || (share >= LEAST_EXCUSED_SHARE && counted >= missingFrames * LEAST_COUNTED_SHARE)) return null;
  const known = describeDrops(dropped);
  return {
    en: `${fps ?? 0} frames a second of ${promisedFps}: ${missingFrames} are missing, ${counted} of them counted as dropped (${known})`,
    zh: `每秒 ${fps ?? 0} 帧，应为 ${promisedFps} 帧：缺少 ${missingFrames} 帧，其中 ${counted} 帧记为丢弃（${known}）`,
  };
}
