import type { KeptRecords, StillRecord } from '../store/kept-records.ts';
import { listFiles, removeFiles, type FoundFile } from './keep-folders.ts';
import { planRemoval, type KeepingRule } from './policy.ts';

const STILL = /^[a-z][a-z0-9-]{0,31}-\d+(\.\d+)?\.png$/;
/** A still that media is writing: `NAME.png.XXXXXX`, renamed when it is whole. */
const HALF_WRITTEN = /\.png\.[A-Za-z0-9]{6}$/;
/** So old a half-written one is nobody's work any more. */
const ABANDONED_MS = 600_000;

export interface KeepStillsOptions {
  readonly records: Pick<KeptRecords, 'newestSessionId' | 'listStills' | 'addStill' | 'removeStills'>;
  readonly folder: string;
  readonly rule: KeepingRule;
  readonly nowMs: number;
  readonly trustedNowMs: number | null;
  /** Most that is removed. */
  readonly batch: number;
}

/**
 * Makes rows and files of stills agree, and removes what is over the rule, the file before its row. A whole file without a
 * row (the process died between both, or an older firmware took it) gets one and is kept like any other; a row without a
 * file goes. Files of other names are nobody's stills and stay.
 * @returns how many stills were removed. @throws the first error, when everything else is done.
 */
export function keepStills({ records, folder, rule, nowMs, trustedNowMs, batch }: KeepStillsOptions): number {
  let failed: unknown = null;
  // A full disk, on which no row can be written, must not keep files that would make room.
  const attempt = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      failed ??= error;
    }
  };
  const files = listFiles(folder);
  const rows = reconcile(records, files, attempt);
  const newest = records.newestSessionId();
  const items = rows.map(({ file, sessionId, takenMs, bytes }) => ({ id: file, atMs: takenMs, bytes, guarded: sessionId !== null && sessionId === newest }));
  const old = removeFiles(folder, planRemoval(items, rule, trustedNowMs).slice(0, batch));
  if (old.gone.length > 0) attempt(() => records.removeStills(old.gone));
  const abandoned = removeFiles(folder, files.filter(({ name, mtimeMs }) => HALF_WRITTEN.test(name) && nowMs - mtimeMs > ABANDONED_MS).map(({ name }) => name));
  const error = old.error ?? abandoned.error ?? failed;
  if (error !== null) throw error;
  return old.gone.length;
}

/** @returns rows of all stills that there are. */
function reconcile(records: KeepStillsOptions['records'], files: readonly FoundFile[], attempt: (work: () => unknown) => void): StillRecord[] {
  const stills = new Map(files.filter(({ name }) => STILL.test(name)).map((file) => [file.name, file]));
  const rows = records.listStills();
  const lost = rows.filter(({ file }) => !stills.has(file)).map(({ file }) => file);
  if (lost.length > 0) attempt(() => records.removeStills(lost));
  for (const { file } of rows) stills.delete(file);
  const found = [...stills.values()].map(({ name, mtimeMs, bytes }): StillRecord => ({ file: name, sessionId: null, takenMs: mtimeMs, bytes }));
  for (const each of found) attempt(() => records.addStill(each));
  return [...rows.filter(({ file }) => !lost.includes(file)), ...found];
}
