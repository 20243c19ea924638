import type { MediaReport } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';

/** Changes that come together go out as one report. */
const GATHER_MS = 5;
const INTERVAL_MS = 1000;

/**
 * Sends reports: each second, and at once on a change. One is under way at a time; what changes meanwhile goes out with
 * the next, so that a slow reader makes no queue.
 */
export class Reporter {
  private readonly build: () => MediaReport;
  private readonly send: (report: MediaReport) => Promise<unknown>;
  private readonly clock: Clock;
  private every: Timer | null = null;
  private soon: Timer | null = null;
  private busy = false;
  private dirty = false;

  constructor(build: () => MediaReport, send: (report: MediaReport) => Promise<unknown>, clock: Clock) {
    this.build = build;
    this.send = send;
    this.clock = clock;
  }

  start(): void {
    this.every ??= this.clock.every(INTERVAL_MS, () => this.flush());
  }

  /** Something changed that firmware should know now. */
  poke(): void {
    this.soon ??= this.clock.after(GATHER_MS, () => this.flush());
  }

  /** Idempotent. */
  close(): void {
    this.every?.cancel();
    this.soon?.cancel();
    this.dirty = false;
  }

  private flush(): void {
    this.soon?.cancel();
    this.soon = null;
    if (this.busy) {
      this.dirty = true;
      return;
    }
    this.busy = true;
    // Without a connection it fails: the next one begins with a report of its own.
    this.send(this.build()).catch(() => {}).finally(() => {
      this.busy = false;
      if (!this.dirty) return;
      this.dirty = false;
      this.flush();
    });
  }
}
