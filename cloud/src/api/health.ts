import { toAppError } from '@scanlink/protocol';
import type { Logger } from '../lib/logger.ts';
import type { Store } from '../store/store.ts';

const PROBE_MS = 1000;
/** Probes of which one writes (and waits for the disk); while the disk is full each one does. */
const WRITE_EVERY = 10;

export interface StoreHealth { readonly ok: boolean; readonly full: boolean }

/**
 * Asks the store once a second, so that /health answers from memory however often strangers ask. A full disk is told and
 * is no illness: the hub goes on relaying and viewing, and is whole again when there is space.
 */
export class HealthWatch {
  private readonly store: Pick<Store, 'probe'>;
  private readonly logger: Logger;
  private health: StoreHealth = { ok: true, full: false };
  private openSessionsNow = 0;
  private timer: NodeJS.Timeout | null = null;
  private asking = false;
  private probes = 0;

  constructor(store: Pick<Store, 'probe'>, logger: Logger) {
    this.store = store;
    this.logger = logger;
  }

  get state(): StoreHealth {
    return this.health;
  }

  get openSessions(): number {
    return this.openSessionsNow;
  }

  /** Resolves after the first answer. */
  async start(): Promise<void> {
    this.timer ??= setInterval(() => void this.probe(), PROBE_MS);
    await this.probe();
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async probe(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      this.openSessionsNow = (await this.store.probe({ write: this.health.full || this.probes++ % WRITE_EVERY === 0 })).openSessions;
      this.change({ ok: true, full: false }, null);
    } catch (error) {
      const { code } = toAppError(error);
      this.change({ ok: code === 'STO_FULL', full: code === 'STO_FULL' }, code);
    } finally {
      this.asking = false;
    }
  }

  private change(health: StoreHealth, code: string | null): void {
    if (health.ok === this.health.ok && health.full === this.health.full) return;
    this.health = health;
    if (code === null) this.logger.info({}, 'store is well again');
    else this.logger.error({ code }, health.full ? 'disk is full: nothing new is recorded' : 'store does not answer');
  }
}
