import { toAppError, type AppError, type SessionPut } from '@scanlink/protocol';
import { backOffMs } from '@scanlink/protocol/lib/back-off';
import { sleep, type Clock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { ChangeLog } from '../lib/change-log.ts';
import type { Announced } from '../session/session.ts';
import type { Announcer } from './announcer.ts';
import type { HubRest } from './hub-rest.ts';
import type { HubStatus } from './control-client.ts';

export interface SessionAnnouncerOptions {
  readonly rest: HubRest;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hub: () => HubStatus;
  readonly onAnnounced: (sessionId: string, announced: Announced) => void;
  readonly onFailed: (sessionId: string, error: AppError) => void;
  /** The hub knows that the session is over. */
  readonly onEndTold: (sessionId: string) => void;
  readonly random?: () => number;
}

/** Wait after a failed attempt; longer where somebody has to change something first. */
const RETRY_RULE = { firstMs: 200, maxMs: 5000 };
const REFUSED_RULE = { firstMs: 10_000, maxMs: 10_000 };
/** Failed attempts after which it is worth a warning that the hub does not know of an end. */
const QUIET_ATTEMPTS = 3;

/**
 * Tells the hub of sessions: that one begins (until it is taken, or cancelled) and that one has ended (until the hub
 * knows). A new session is announced over a welcomed control channel only: its welcome says what the hub can do.
 */
export class SessionAnnouncer implements Announcer {
  private readonly options: SessionAnnouncerOptions;
  private readonly log: ChangeLog;
  private readonly stopped = new AbortController();
  private announcing: { readonly sessionId: string; readonly abort: AbortController } | null = null;
  private readonly ending = new Map<string, Promise<void>>();
  private readonly waiting = new Set<() => void>();

  constructor(options: SessionAnnouncerOptions) {
    this.options = options;
    this.log = new ChangeLog(options.logger);
  }

  /** As Announcer says. */
  announce(sessionId: string, body: SessionPut, dropsLinks: boolean): void {
    this.cancel();
    const abort = new AbortController();
    this.announcing = { sessionId, abort };
    void this.announceUntilTaken(sessionId, body, dropsLinks, AbortSignal.any([abort.signal, this.stopped.signal])).catch(() => {});
  }

  /** Gives the announcement up. */
  cancel(): void {
    this.announcing?.abort.abort();
    this.announcing = null;
  }

  /** Tells the hub, until it knows, that the session is over. @returns resolves when it knows or close() was called. */
  end(sessionId: string): Promise<void> {
    if (this.announcing?.sessionId === sessionId) this.cancel();
    const running = this.ending.get(sessionId) ?? this.endUntilTold(sessionId).catch(() => {}).finally(() => this.ending.delete(sessionId));
    this.ending.set(sessionId, running);
    return running;
  }

  /** Resolves when every end of which the hub is being told is known to it. */
  async allTold(): Promise<void> {
    await Promise.all(this.ending.values());
  }

  /** The channel came or went, or another error is known of it. */
  hubChanged(): void {
    for (const wake of this.waiting) wake();
  }

  /** Idempotent. */
  close(): void {
    this.stopped.abort();
  }

  private async announceUntilTaken(sessionId: string, body: SessionPut, dropsLinks: boolean, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      await this.waitForChannel(sessionId, signal);
      try {
        // The hub may never have heard that it was suspended: who watched before is let in anew, or not.
        if (dropsLinks) await this.options.rest.dropLinks(sessionId, signal);
        const whipUrl = await this.options.rest.putSession(sessionId, body, signal);
        signal.throwIfAborted();
        this.options.onAnnounced(sessionId, { whipUrl, clockChannel: this.options.hub().features.includes('clock-datachannel') });
        return;
      } catch (error) {
        signal.throwIfAborted();
        const failure = toAppError(error);
        this.log.say('warn', sessionId, failure.code, { sessionId, code: failure.code }, 'hub does not take the session');
        this.options.onFailed(sessionId, failure);
        await sleep(this.options.clock, this.delayMs(attempt, failure), signal);
      }
    }
  }

  private async waitForChannel(sessionId: string, signal: AbortSignal): Promise<void> {
    let told: string | null = null;
    for (let status = this.options.hub(); !status.connected; status = this.options.hub()) {
      if (status.error && status.error.code !== told) {
        told = status.error.code;
        this.options.onFailed(sessionId, status.error);
      }
      await this.nextHubChange(signal);
    }
  }

  private nextHubChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  private async endUntilTold(sessionId: string): Promise<void> {
    const { signal } = this.stopped;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.options.rest.endSession(sessionId, signal);
        break;
      } catch (error) {
        signal.throwIfAborted();
        const failure = toAppError(error);
        // It never knew of it, or knows already.
        if (failure.code === 'HUB_UNKNOWN_SESSION' || failure.code === 'HUB_SESSION_ENDED') break;
        const level = attempt < QUIET_ATTEMPTS ? 'info' : 'warn';
        this.log.say(level, `end ${sessionId}`, `${level} ${failure.code}`, { sessionId, code: failure.code }, 'hub not told of the end yet');
        await sleep(this.options.clock, this.delayMs(attempt, failure), signal);
      }
    }
    this.options.onEndTold(sessionId);
  }

  private delayMs(attempt: number, failure: AppError): number {
    return backOffMs(failure.retryable ? RETRY_RULE : REFUSED_RULE, attempt, (this.options.random ?? Math.random)());
  }
}
