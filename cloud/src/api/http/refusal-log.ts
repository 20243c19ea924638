import type { Logger } from '@scanlink/protocol/lib/logger';

const SUMMARY_MS = 60_000;

/**
 * Refusals of those who showed no right token: counted, and said in one line a minute. A line for each would let anybody
 * fill the disk.
 */
export class RefusalLog {
  private readonly counts = new Map<string, number>();
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | null = null;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  start(): void {
    this.timer ??= setInterval(() => this.say(), SUMMARY_MS);
  }

  /** Says what is left. Idempotent. */
  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.say();
  }

  /** @param code of the catalogue, or a status: there are few of them. */
  count(code: string): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
  }

  private say(): void {
    if (this.counts.size === 0) return;
    this.logger.warn({ refused: Object.fromEntries(this.counts), withinS: SUMMARY_MS / 1000 }, 'requests without a right token');
    this.counts.clear();
  }
}
