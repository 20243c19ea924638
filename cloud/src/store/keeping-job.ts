import { toAppError } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from './store.ts';

const FIRST_MS = 60_000;
const EVERY_MS = 6 * 3_600_000;

/** Removes what is older than the store's policy (RETENTION_DAYS), a minute after the start and then four times a day. */
export class KeepingJob {
  private readonly deps: { readonly store: Pick<Store, 'forgetOld'>; readonly logger: Logger; readonly wallNow: () => number };
  private timer: NodeJS.Timeout | null = null;

  constructor(deps: KeepingJob['deps']) {
    this.deps = deps;
  }

  start(firstMs = FIRST_MS): void {
    this.timer ??= setTimeout(() => void this.run(), firstMs);
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.timer = setTimeout(() => void this.run(), EVERY_MS);
    try {
      const { ended, ...removed } = await this.deps.store.forgetOld({ nowMs: this.deps.wallNow() });
      if (ended.length > 0 || Object.values(removed).some((count) => count > 0)) this.deps.logger.info({ ...removed, ended: ended.length }, 'old records removed');
    } catch (error) {
      this.deps.logger.warn({ code: toAppError(error).code }, 'old records stay');
    }
  }
}
