import { AppError, CONTROL_CLOSE, toAppError } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from '../../store/store.ts';
import type { RelayClient } from '../relay/relay-client.ts';
import type { RelayOrders } from '../relay/relay-orders.ts';
import type { ControlServer } from './control-server.ts';

const POLL_MS = 500;

export interface BoxWatchDependencies {
  readonly store: Pick<Store, 'listBoxes'>;
  readonly control: Pick<ControlServer, 'expel'>;
  readonly orders: RelayOrders;
  readonly relay: Pick<RelayClient, 'endBox'>;
  readonly logger: Logger;
}

/**
 * Sees that the admin command disabled a box, or gave it another token, beside this process: its control channel and what
 * it publishes end at once. That it cannot come back is the gate's.
 */
export class BoxWatch {
  private readonly deps: BoxWatchDependencies;
  /** What each box was last seen with: its token's hash while it may speak, else null. */
  private readonly seen = new Map<string, string | null>();
  private timer: NodeJS.Timeout | null = null;
  private polling = false;

  constructor(deps: BoxWatchDependencies) {
    this.deps = deps;
  }

  start(): void {
    this.timer ??= setInterval(() => void this.poll(), POLL_MS);
    void this.poll();
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    try {
      for (const box of await this.deps.store.listBoxes({})) {
        const hash = box.disabledMs === null ? box.tokenHash : null;
        const before = this.seen.get(box.boxId);
        this.seen.set(box.boxId, hash);
        if (before === hash || (before === undefined && hash !== null)) continue;
        // Enabled again: nothing to end.
        if (before === null) continue;
        this.end(box.boxId, hash === null ? new AppError('HUB_BOX_DISABLED') : new AppError('HUB_WRONG_TOKEN'));
      }
    } catch (error) {
      this.deps.logger.debug({ code: toAppError(error).code }, 'boxes could not be read');
    } finally {
      this.polling = false;
    }
  }

  private end(boxId: string, error: AppError): void {
    this.deps.logger.warn({ boxId, code: error.code }, 'box may no longer speak here');
    this.deps.control.expel(boxId, CONTROL_CLOSE.wrongToken, error);
    void this.deps.orders.give(`box ${boxId}`, () => this.deps.relay.endBox(boxId));
  }
}
