import { toAppError, type RelayStats } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from '../../store/store.ts';
import type { ControlServer } from '../control/control-server.ts';

const POLL_MS = 2000;
const MAX_SESSIONS = 8;

export interface ViewersTellerDependencies {
  readonly control: Pick<ControlServer, 'speaking' | 'tellViewers'>;
  readonly store: Pick<Store, 'listOpenSessions'>;
  readonly relayStats: () => Promise<RelayStats>;
  readonly logger: Logger;
}

/** Tells each connected box how many are watching its sessions, so that the person beside it knows. Counts, no names. */
export class ViewersTeller {
  private readonly deps: ViewersTellerDependencies;
  /** What each box was last told. */
  private readonly told = new Map<string, string>();
  private timer: NodeJS.Timeout | null = null;
  private asking = false;

  constructor(deps: ViewersTellerDependencies) {
    this.deps = deps;
  }

  start(): void {
    this.timer ??= setInterval(() => void this.tell(), POLL_MS);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** A new connection has been told nothing. */
  forget(boxId: string): void {
    this.told.delete(boxId);
  }

  private async tell(): Promise<void> {
    const boxes = this.deps.control.speaking();
    if (boxes.length === 0 || this.asking) return;
    this.asking = true;
    try {
      const stats = await this.deps.relayStats();
      const watching = new Map(stats.sessions.map((each) => [each.sessionId, each.viewers]));
      const open = await this.deps.store.listOpenSessions({});
      for (const boxId of boxes) {
        const sessions = open.filter((each) => each.boxId === boxId).slice(-MAX_SESSIONS).map(({ sessionId }) => ({ sessionId, viewers: watching.get(sessionId) ?? 0 }));
        const text = JSON.stringify(sessions);
        if (this.told.get(boxId) === text) continue;
        this.told.set(boxId, text);
        this.deps.control.tellViewers(boxId, sessions);
      }
    } catch (error) {
      this.deps.logger.debug({ code: toAppError(error).code }, 'viewers could not be counted');
    } finally {
      this.asking = false;
    }
  }
}
