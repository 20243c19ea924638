import { toAppError } from '@scanlink/protocol';
import type { Logger } from '../../lib/logger.ts';
import type { ViewingRecord } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import type { RelayClient } from '../relay/relay-client.ts';

const SWEEP_MS = 1000;

/**
 * Remembers which link opened which WHEP resource: only that link may change or end it, and it ends with the link.
 * Kept in the store too, so that a restarted hub goes on with it.
 */
export class ViewingKeeper {
  private readonly viewings = new Map<string, ViewingRecord>();
  private readonly deps: { readonly store: Pick<Store, 'addViewing' | 'removeViewing' | 'keepViewingsOf'>; readonly relay: Pick<RelayClient, 'removeViewer'>; readonly logger: Logger; readonly now: () => number };
  private timer: NodeJS.Timeout | null = null;

  constructor(deps: ViewingKeeper['deps']) {
    this.deps = deps;
  }

  start(): void {
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MS);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  async add(viewing: ViewingRecord): Promise<void> {
    this.viewings.set(viewing.resourceId, viewing);
    await this.deps.store.addViewing(viewing);
  }

  async remove(resourceId: string): Promise<void> {
    this.viewings.delete(resourceId);
    await this.deps.store.removeViewing({ resourceId });
  }

  /** True unless the resource is known to be another link's. What nobody knows here is the relay's to answer (404). */
  mayTouch(resourceId: string, linkHash: string): boolean {
    const known = this.viewings.get(resourceId);
    return known === undefined || known.linkHash === linkHash;
  }

  forgetSession(sessionId: string): void {
    for (const each of this.viewings.values()) if (each.sessionId === sessionId) this.viewings.delete(each.resourceId);
  }

  /** The relay is there with this epoch: resources of another one are gone. */
  async useEpoch(relayEpoch: string): Promise<void> {
    const kept = await this.deps.store.keepViewingsOf({ relayEpoch });
    for (const each of this.viewings.values()) if (each.relayEpoch !== relayEpoch) this.viewings.delete(each.resourceId);
    for (const each of kept) this.viewings.set(each.resourceId, each);
  }

  private sweep(): void {
    for (const each of this.viewings.values()) if (this.deps.now() >= each.expiresMs) void this.end(each);
  }

  private async end(viewing: ViewingRecord): Promise<void> {
    this.viewings.delete(viewing.resourceId);
    try {
      await this.deps.relay.removeViewer(viewing.sessionId, viewing.resourceId, viewing.linkHash);
    } catch (error) {
      // Gone already (viewer left, relay restarted) is what was wanted.
      this.deps.logger.debug({ sessionId: viewing.sessionId, detail: toAppError(error).code }, 'expired viewing was not ended');
    }
    await this.deps.store.removeViewing({ resourceId: viewing.resourceId }).catch((error: unknown) => this.deps.logger.warn({ err: toAppError(error).code }, 'viewing not removed'));
  }
}
