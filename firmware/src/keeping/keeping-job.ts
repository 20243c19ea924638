import { AppError, toAppError } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { basename, dirname } from 'node:path';
import type { BoxConfig } from '../config/schema.ts';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { ChangeLog } from '../lib/change-log.ts';
import type { KeptRecords } from '../store/kept-records.ts';
import { listFiles, removeFiles } from './keep-folders.ts';
import { keepStills } from './keep-stills.ts';
import { planRemoval, type KeepingRule } from './policy.ts';

const EVERY_MS = 3_600_000;
/** More than this is removed a little later: nothing else in this process waits for long. */
const BATCH = 100;
const NEXT_BATCH_MS = 1000;
const DAY_MS = 86_400_000;
/** The hub itself ends a session of which it has heard nothing for 30 days (docs/decisions/0013): then nobody has to be told. */
const UNTOLD_MS = 31 * DAY_MS;
/** Damaged stores that were set aside, for whoever wants to rescue something. */
const DAMAGED_COUNT = 3;

export interface KeepingJobOptions {
  readonly records: KeptRecords;
  readonly keep: BoxConfig['keep'];
  readonly inputs: readonly string[];
  /** Of box.db. */
  readonly storePath: string;
  readonly stillDir: string;
  /** Where preview files lie. */
  readonly previewDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unix milliseconds by which ages are judged; null while the clock cannot be trusted. */
  readonly trustedNowMs: () => number | null;
  readonly onChange: () => void;
}

/**
 * Removes what is over and no longer to be kept, rows and files: at the start, each hour, and when it is asked
 * (docs/decisions/0019). Nothing here throws; what cannot be removed is an error until it can.
 */
export class KeepingJob {
  private readonly options: KeepingJobOptions;
  private readonly log: ChangeLog;
  private failure: AppError | null = null;
  private hourly: Timer | null = null;
  private soon: Timer | null = null;

  constructor(options: KeepingJobOptions) {
    this.options = options;
    this.log = new ChangeLog(options.logger);
  }

  /** STO_KEEPING while something could not be removed. */
  get error(): AppError | null {
    return this.failure;
  }

  start(): void {
    this.hourly = this.options.clock.every(EVERY_MS, () => this.run());
    this.run();
  }

  run(): void {
    const before = this.failure;
    const removed = { stills: 0, sessions: 0, files: 0 };
    let failed: unknown = null;
    const step = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        failed ??= error;
      }
    };
    // Files first: on a full disk they make the room that removing rows needs.
    step(() => { removed.stills = this.keepStills(); });
    step(() => { removed.files = this.keepLeftovers(); });
    step(() => { removed.sessions = this.keepSessions(); });
    if (removed.stills + removed.sessions + removed.files > 0) {
      this.options.logger.info(removed, 'what was over is removed');
      step(() => this.options.records.emptyLog());
    }
    this.failure = failed === null ? null : new AppError('STO_KEEPING', { detail: nameOf(failed) });
    if (this.failure) this.log.say('error', 'keeping', this.failure.message, { code: 'STO_KEEPING', detail: nameOf(failed) }, 'what is over could not be removed');
    else this.log.say('info', 'keeping', 'ok', {}, 'records and stills are kept by the rule');
    if (before?.message !== this.failure?.message) this.options.onChange();
    this.soon?.cancel();
    this.soon = failed === null && Math.max(removed.stills, removed.sessions) >= BATCH ? this.options.clock.after(NEXT_BATCH_MS, () => this.run()) : null;
  }

  /** Idempotent. */
  close(): void {
    this.hourly?.cancel();
    this.soon?.cancel();
  }

  private keepStills(): number {
    const { records, stillDir, keep, trustedNowMs, clock } = this.options;
    const rule = { maxAgeMs: keep.stillDays * DAY_MS, maxCount: keep.stills, maxBytes: keep.stillMegabytes * 1_000_000 };
    return keepStills({ records, folder: stillDir, rule, nowMs: clock.nowMs(), trustedNowMs: trustedNowMs(), batch: BATCH });
  }

  private keepSessions(): number {
    const { records, keep, clock, trustedNowMs } = this.options;
    const newest = records.newestSessionId();
    const nowMs = clock.nowMs();
    const items = records.listEndedSessions().map(({ sessionId, endedMs, isTold }) => ({ id: sessionId, atMs: endedMs, bytes: 0, guarded: sessionId === newest || (!isTold && nowMs - endedMs < UNTOLD_MS) }));
    const ids = planRemoval(items, { maxAgeMs: keep.sessionDays * DAY_MS, maxCount: keep.sessions, maxBytes: Infinity }, trustedNowMs()).slice(0, BATCH);
    if (ids.length > 0) records.removeSessions(ids);
    return ids.length;
  }

  /** Copies of the store that was damaged, or of before a migration, hold what has to go by then; previews that nobody writes any more hold pictures. */
  private keepLeftovers(): number {
    const { storePath, previewDir, inputs, keep, trustedNowMs } = this.options;
    const folder = dirname(storePath);
    const store = basename(storePath);
    const maxAgeMs = keep.sessionDays * DAY_MS;
    const files = listFiles(folder);
    const plan = (prefix: string, rule: KeepingRule): string[] => {
      const copies = files.filter(({ name }) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name));
      const old = planRemoval(copies.map(({ name, mtimeMs, bytes }) => ({ id: name, atMs: mtimeMs, bytes, guarded: false })), rule, trustedNowMs());
      return files.map(({ name }) => name).filter((name) => old.some((each) => name === each || name === `${each}-wal` || name === `${each}-shm`));
    };
    const copies = removeFiles(folder, [
      ...plan(`${store}.damaged-`, { maxAgeMs, maxCount: DAMAGED_COUNT, maxBytes: Infinity }), ...plan(`${store}.before-`, { maxAgeMs, maxCount: 1, maxBytes: Infinity }),
    ]);
    const strangers = listFiles(previewDir).map(({ name }) => name).filter((name) => name.endsWith('.preview') && !inputs.includes(name.slice(0, -'.preview'.length)));
    const previews = removeFiles(previewDir, strangers);
    const error = copies.error ?? previews.error;
    if (error !== null) throw error;
    return copies.gone.length + previews.gone.length;
  }
}

/** A system's or a store's code: no path, which may name a patient's folder. */
function nameOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : toAppError(error).code;
}
