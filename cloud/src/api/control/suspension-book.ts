import { toAppError, type LiveState } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from '../../store/store.ts';

/**
 * Writes down that a box says of a session that it is suspended, once for each time. When the box announces it again,
 * somebody decided to go on, and the links of before are revoked (routes/sessions.ts).
 */
export class SuspensionBook {
  private readonly noted = new Set<string>();
  private readonly store: Pick<Store, 'markSuspended'>;
  private readonly wallNow: () => number;
  private readonly logger: Logger;

  constructor(store: Pick<Store, 'markSuspended'>, wallNow: () => number, logger: Logger) {
    this.store = store;
    this.wallNow = wallNow;
    this.logger = logger;
  }

  note(boxId: string, sessions: readonly LiveState[]): void {
    for (const { sessionId, sessionState } of sessions) {
      const key = `${boxId} ${sessionId}`;
      if (sessionState !== 'suspended') this.noted.delete(key);
      else if (!this.noted.has(key)) {
        this.noted.add(key);
        this.store.markSuspended({ sessionId, boxId, nowMs: this.wallNow() }).catch((error: unknown) => {
          this.noted.delete(key);
          this.logger.warn({ sessionId, code: toAppError(error).code }, 'suspension not recorded; the next state tries again');
        });
      }
    }
  }
}
