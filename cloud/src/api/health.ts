import { toAppError } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from '../store/store.ts';

const PROBE_MS = 1000;
/** Probes of which one writes (and waits for the disk); while the disk is full each one does. */
const WRITE_EVERY = 10;
/** Failed probes in a row after which the process is replaced: what a new one opens may be well again. */
const SICK_PROBES = 5;

export interface StoreHealth { readonly ok: boolean; readonly full: boolean }
export interface HealthWatchOptions {
  readonly store: Pick<Store, 'probe'>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The store stays ill; called once. */
  readonly onSick: (error: Error) => void;
}
/** Told and waited out, or ended elsewhere. */
const BORNE: ReadonlySet<string> = new Set(['STO_FULL', 'STO_DAMAGED', 'STO_BUSY']);

/**
 * Asks the store once a second, so that /health answers from memory however often strangers ask. A full disk is told and
 * is no illness: the hub goes on relaying and viewing, and is whole again when there is space. A damaged file is left to a
 * person (docs/decisions/0013), one that does not keep up to the heartbeat; any other failure that stays ends the process.
 */
export class HealthWatch {
  private readonly options: HealthWatchOptions;
  private health: StoreHealth = { ok: true, full: false };
  private openSessionsNow = 0;
  private timer: Timer | null = null;
  private failed = 0;
  private asking = false;
  private probes = 0;

  constructor(options: HealthWatchOptions) {
    this.options = options;
  }

  get state(): StoreHealth {
    return this.health;
  }

  get openSessions(): number {
    return this.openSessionsNow;
  }

  /** Resolves after the first answer. */
  async start(): Promise<void> {
    this.timer ??= this.options.clock.every(PROBE_MS, () => void this.probe());
    await this.probe();
  }

  close(): void {
    this.timer?.cancel();
  }

  private async probe(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      this.openSessionsNow = (await this.options.store.probe({ write: this.health.full || this.probes++ % WRITE_EVERY === 0 })).openSessions;
      this.failed = 0;
      this.change({ ok: true, full: false }, null);
    } catch (error) {
      const { code } = toAppError(error);
      this.change({ ok: code === 'STO_FULL', full: code === 'STO_FULL' }, code);
      this.failed = BORNE.has(code) ? 0 : this.failed + 1;
      if (this.failed === SICK_PROBES) this.options.onSick(toAppError(error));
    } finally {
      this.asking = false;
    }
  }

  private change(health: StoreHealth, code: string | null): void {
    if (health.ok === this.health.ok && health.full === this.health.full) return;
    this.health = health;
    if (code === null) this.options.logger.info({}, 'store is well again');
    else this.options.logger.error({ code }, health.full ? 'disk is full: nothing new is recorded' : 'store does not answer');
  }
}
