import { toAppError, type AppError } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Records } from './open-records.ts';
import { SessionStore } from './session-store.ts';

const RETRY_MS = 5000;

export interface StoreWatchOptions {
  readonly records: Records;
  /** Of box.db. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Records were kept in memory only, and the disk has room again: a successor of this process opens the store. */
  readonly onStoreBack?: () => void;
}

/** What is wrong with the store, as somebody at the box and the hub see it, and when it is right again. */
export class StoreWatch {
  private readonly options: StoreWatchOptions;
  private trouble: AppError | null;
  private timer: Timer | null = null;

  constructor(options: StoreWatchOptions) {
    this.options = options;
    this.trouble = options.records.trouble;
  }

  get error(): AppError | null {
    return this.trouble;
  }

  /** Whether records reach the disk. */
  get keeps(): boolean {
    return this.options.records.keeps;
  }

  /** Looks, while nothing can be kept, whether the disk has room again. */
  start(): void {
    if (!this.keeps) this.timer = this.options.clock.every(RETRY_MS, () => this.tryAgain());
  }

  /** @throws STO_FULL while no record reaches the disk: no session may start. */
  requireKeeping(): void {
    if (!this.keeps && this.trouble) throw this.trouble;
  }

  /** Somebody has started a session: damage of before is known to a person. */
  decided(): void {
    if (!this.trouble) return;
    try {
      this.options.records.store.clearDamage();
      this.trouble = null;
    } catch (error) {
      // Said once more after the next start.
      this.options.logger.warn({ code: toAppError(error).code }, 'damage of the store not noted as known');
    }
  }

  close(): void {
    this.timer?.cancel();
  }

  private tryAgain(): void {
    try {
      SessionStore.open(this.options.path).close();
    } catch {
      return;
    }
    this.options.logger.info({}, 'store has room again');
    this.options.onStoreBack?.();
  }
}
