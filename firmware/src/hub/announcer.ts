import type { SessionPut } from '@scanlink/protocol';
import type { Announced } from '../session/session.ts';

/** Whoever makes a session's address known, and tells of its end. */
export interface Announcer {
  /**
   * Starts announcing; another announcement that is under way is given up.
   * @param dropsLinks viewing links of before are taken back first; it is announced when they are.
   */
  announce(sessionId: string, body: SessionPut, dropsLinks: boolean): void;
  /** Gives the announcement up. */
  cancel(): void;
  /** @returns resolves when the far end knows that the session is over, or close() was called. */
  end(sessionId: string): Promise<void>;
  allTold(): Promise<void>;
  /** The hub's connection changed. */
  hubChanged(): void;
  /** Idempotent. */
  close(): void;
}

export interface ForeignAnnouncerOptions {
  readonly whip: { readonly url: string; readonly clockChannel: boolean };
  readonly onAnnounced: (sessionId: string, announced: Announced) => void;
  readonly onEndTold: (sessionId: string) => void;
}

/** For a WHIP server that is not our hub: its address is known, and WHIP's DELETE is all that it hears of an end. */
export class ForeignAnnouncer implements Announcer {
  private readonly options: ForeignAnnouncerOptions;
  private wanted: string | null = null;

  constructor(options: ForeignAnnouncerOptions) {
    this.options = options;
  }

  announce(sessionId: string): void {
    this.wanted = sessionId;
    // After the caller's own step has been stored.
    queueMicrotask(() => {
      if (this.wanted !== sessionId) return;
      this.wanted = null;
      this.options.onAnnounced(sessionId, { whipUrl: this.options.whip.url, clockChannel: this.options.whip.clockChannel });
    });
  }

  cancel(): void {
    this.wanted = null;
  }

  async end(sessionId: string): Promise<void> {
    await Promise.resolve();
    this.options.onEndTold(sessionId);
  }

  async allTold(): Promise<void> {}

  hubChanged(): void {}

  close(): void {
    this.wanted = null;
  }
}
