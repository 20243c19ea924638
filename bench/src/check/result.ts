/** What `./run --check --json` prints as one object on its last line. Names and units are relied on by others: keep them. */
export interface CheckResult {
  readonly ok: boolean;
  readonly source: string;
  readonly timing: string;
  /** From the request to start the session to the first picture in the viewer. */
  readonly firstPictureMs: number | null;
  /** A fresh viewer of the running session: from its navigation to its first picture, median of some. */
  readonly joinMs: number | null;
  readonly fps: number | null;
  readonly freezes: number;
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

export const LEAST_PSNR_DB = 32;
export const MOST_SHOWN_DELAY_ERROR_MS = 2;

/** Why a check is not ok, in words for the table; empty when it is. */
export function listFailures(result: Omit<CheckResult, 'ok'>, live: boolean): { readonly en: string; readonly zh: string }[] {
  const failures: { en: string; zh: string }[] = [];
  if (!live) failures.push({ en: 'the session is not live', zh: '会诊不在直播状态' });
  if (result.psnrDb === null) failures.push({ en: 'no captured frame could be matched in the viewer', zh: '观看端没有可匹配的采集帧' });
  else if (result.psnrDb < LEAST_PSNR_DB) failures.push({ en: `picture quality ${result.psnrDb} dB is under ${LEAST_PSNR_DB} dB`, zh: `画质 ${result.psnrDb} dB 低于 ${LEAST_PSNR_DB} dB` });
  if (result.delayMs.p50 === null) failures.push({ en: 'the delay was not measurable (over 30 % of the frames discarded)', zh: '延迟无法测量（丢弃的帧超过 30 %）' });
  const error = result.shownDelayErrorMs.p50;
  if (error === null) failures.push({ en: 'the page showed no delay that could be compared', zh: '页面没有显示可比较的延迟' });
  else if (error > MOST_SHOWN_DELAY_ERROR_MS) failures.push({ en: `the delay shown is ${error} ms off the truth, more than ${MOST_SHOWN_DELAY_ERROR_MS} ms`, zh: `显示的延迟与真实值相差 ${error} ms，超过 ${MOST_SHOWN_DELAY_ERROR_MS} ms` });
  return failures;
}
