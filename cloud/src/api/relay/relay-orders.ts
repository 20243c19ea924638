import { toAppError } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { RelayRefusal } from './relay-client.ts';

const REPEAT_MS = 1000;
/** Calls under way at once: a burst must not fill the relay's backlog. */
const AT_ONCE = 8;

/**
 * What the relay must end (a link, a box, a session), told again each second until it has confirmed: a relay that is
 * slow, away, or just being replaced is no reason for anybody to go on watching.
 */
export class RelayOrders {
  private readonly open = new Map<string, () => Promise<void>>();
  private readonly running = new Set<string>();
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | null = null;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  get count(): number {
    return this.open.size;
  }

  start(): void {
    this.timer ??= setInterval(() => this.repeat(), REPEAT_MS);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** @param key what is to be ended; the same one twice is one order. Resolves after the first attempt, whatever came of it. */
  async give(key: string, call: () => Promise<void>): Promise<void> {
    this.open.set(key, call);
    await this.attempt(key);
  }

  private repeat(): void {
    for (const key of this.open.keys()) {
      if (this.running.size >= AT_ONCE) return;
      void this.attempt(key);
    }
  }

  private async attempt(key: string): Promise<void> {
    const call = this.open.get(key);
    if (!call || this.running.has(key)) return;
    this.running.add(key);
    try {
      await call();
      this.confirm(key, call);
    } catch (error) {
      // There is no such thing: that is what was wanted.
      if (error instanceof RelayRefusal && error.status === 404) this.confirm(key, call);
      else this.logger.warn({ code: error instanceof RelayRefusal ? error.body.code : toAppError(error).code }, 'relay has not confirmed an end; it is told again');
    } finally {
      this.running.delete(key);
    }
  }

  /** Another call that was given meanwhile stays. */
  private confirm(key: string, call: () => Promise<void>): void {
    if (this.open.get(key) === call) this.open.delete(key);
  }
}
