import { AppError, type LinkList } from '@scanlink/protocol';
import type { LinkRecord } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { RelayClient } from '../relay/relay-client.ts';
import type { RelayOrders } from '../relay/relay-orders.ts';
import type { ViewingKeeper } from './viewing-keeper.ts';

export interface LinkServiceDependencies {
  readonly store: Pick<Store, 'listLinks' | 'revokeLinks'>;
  readonly viewings: Pick<ViewingKeeper, 'countOfLink' | 'forgetLink'>;
  readonly streams: Pick<EventStreams, 'endOf'>;
  readonly orders: RelayOrders;
  readonly relay: Pick<RelayClient, 'endLink'>;
  /** Hub wall clock, Unix milliseconds. */
  readonly wallNow: () => number;
}

/** A session's viewing links, for its box: which there are, and taking them back. */
export class LinkService {
  private readonly deps: LinkServiceDependencies;

  constructor(deps: LinkServiceDependencies) {
    this.deps = deps;
  }

  /** Newest first. */
  async list(sessionId: string): Promise<LinkList> {
    const links = await this.deps.store.listLinks({ sessionId });
    return { links: links.map(({ linkId, createdMs, expiresMs, revokedMs, tokenHash }) => ({ linkId, createdMs, expiresMs, revokedMs, viewers: this.deps.viewings.countOfLink(tokenHash) })) };
  }

  /**
   * Takes one link back, or (linkId null) all of the session. When it returns no call with them is let in any more, and
   * the relay was told once at least; it is told until it has ended everybody who watches by them. Idempotent.
   * @throws HUB_UNKNOWN_LINK
   */
  async revoke(sessionId: string, linkId: string | null): Promise<void> {
    const revoked = await this.deps.store.revokeLinks({ sessionId, linkId, nowMs: this.deps.wallNow() });
    if (linkId !== null && revoked.length === 0) throw new AppError('HUB_UNKNOWN_LINK');
    await this.endAll(revoked);
  }

  /** Ends everybody who watches by these links, which are revoked already. */
  async endAll(revoked: readonly LinkRecord[]): Promise<void> {
    // The relay has ended those of expired links itself.
    const alive = revoked.filter((each) => this.deps.wallNow() < each.expiresMs);
    await Promise.all(alive.map((each) => this.end(each.tokenHash)));
  }

  /** Ends everybody who watches by a link that is revoked already. */
  async end(linkHash: string): Promise<void> {
    this.deps.streams.endOf(linkHash);
    await this.deps.orders.give(`link ${linkHash}`, async () => {
      await this.deps.relay.endLink(linkHash);
      // Not before the relay has confirmed: should this process end first, the next one finds in them whom it has to end.
      await this.deps.viewings.forgetLink(linkHash);
    });
  }
}
