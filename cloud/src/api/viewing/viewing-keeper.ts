import { AppError, toAppError } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { EndReason, ViewingRecord } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import type { Viewer } from '../auth/gate.ts';
import type { Limits } from '../limits.ts';

const SWEEP_MS = 1000;
/** The relay ends an expired viewing itself and says so; this long afterwards it is forgotten here in any case. */
const EXPIRED_FOR_MS = 5000;

export interface ViewingKeeperDependencies {
  readonly store: Pick<Store, 'addViewing' | 'removeViewing' | 'keepViewingsOf'>;
  readonly logger: Logger;
  /** Hub wall clock that never goes back, Unix milliseconds. */
  readonly now: () => number;
  readonly limits: Pick<Limits, 'viewingsOfLink' | 'viewingsOfSession'>;
  /** A link that was revoked while nobody could tell the relay. */
  readonly onRevoked: (linkHash: string) => void;
}

/**
 * Who is watching by which link: bookkeeping, for limits, audit and lists. Ending somebody is the relay's: by its own clock
 * when the link expires, by RelayOrders when it is revoked. Kept in the store too, so that a restarted hub goes on with it.
 */
export class ViewingKeeper {
  private readonly viewings = new Map<string, ViewingRecord>();
  private readonly opening = new Set<Pick<ViewingRecord, 'sessionId' | 'linkHash'>>();
  private readonly deps: ViewingKeeperDependencies;
  /** Of the relay that answers now, or answered last. */
  private relayEpoch = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(deps: ViewingKeeperDependencies) {
    this.deps = deps;
  }

  get count(): number {
    return this.viewings.size;
  }

  start(): void {
    this.timer ??= setInterval(() => this.sweep(), SWEEP_MS);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Opens a viewing if there is room for one more. @throws HUB_TOO_MANY_VIEWERS, and what `create` throws */
  async open<T extends { readonly resourceId: string }>(viewer: Viewer, create: () => Promise<T>): Promise<T> {
    const place = { sessionId: viewer.sessionId, linkHash: viewer.linkHash };
    this.requireRoom(place);
    this.opening.add(place);
    try {
      const created = await create();
      await this.add({ resourceId: created.resourceId, ...place, expiresMs: viewer.expiresMs, relayEpoch: this.relayEpoch });
      return created;
    } finally {
      this.opening.delete(place);
    }
  }

  /** It is over. Idempotent. */
  async remove(resourceId: string, reason: EndReason): Promise<void> {
    this.viewings.delete(resourceId);
    try {
      await this.deps.store.removeViewing({ resourceId, reason, nowMs: this.deps.now() });
    } catch (error) {
      this.warn(error);
    }
  }

  /** The relay dropped them. */
  dropped(resourceIds: readonly string[]): void {
    for (const resourceId of resourceIds) void this.remove(resourceId, this.isExpired(resourceId) ? 'link-expired' : 'lost');
  }

  async forgetLink(linkHash: string): Promise<void> {
    await Promise.all([...this.viewings.values()].filter((each) => each.linkHash === linkHash).map((each) => this.remove(each.resourceId, 'link-revoked')));
  }

  /** The store has forgotten them already. */
  forgetSession(sessionId: string): void {
    for (const each of this.viewings.values()) if (each.sessionId === sessionId) this.viewings.delete(each.resourceId);
  }

  countOfLink(linkHash: string): number {
    return [...this.viewings.values()].filter((each) => each.linkHash === linkHash).length;
  }

  /** The relay is there with this epoch: resources of another one are gone. */
  async useEpoch(relayEpoch: string): Promise<void> {
    this.relayEpoch = relayEpoch;
    const kept = await this.deps.store.keepViewingsOf({ relayEpoch, nowMs: this.deps.now() });
    for (const each of this.viewings.values()) if (each.relayEpoch !== relayEpoch) this.viewings.delete(each.resourceId);
    for (const { revoked, ...each } of kept) {
      if (revoked) this.deps.onRevoked(each.linkHash);
      this.viewings.set(each.resourceId, each);
    }
  }

  private async add(viewing: ViewingRecord): Promise<void> {
    this.viewings.set(viewing.resourceId, viewing);
    try {
      await this.deps.store.addViewing({ ...viewing, nowMs: this.deps.now() });
    } catch (error) {
      // A full disk keeps nobody from watching: the relay knows when the link expires. What is missing then is the audit.
      this.warn(error);
    }
  }

  private requireRoom(wanted: Pick<ViewingRecord, 'sessionId' | 'linkHash'>): void {
    const { viewingsOfLink, viewingsOfSession } = this.deps.limits;
    let ofLink = 0;
    let ofSession = 0;
    for (const each of [...this.viewings.values(), ...this.opening]) {
      if (each.linkHash === wanted.linkHash) ofLink += 1;
      if (each.sessionId === wanted.sessionId) ofSession += 1;
    }
    if (ofLink >= viewingsOfLink) throw new AppError('HUB_TOO_MANY_VIEWERS', { limit: viewingsOfLink });
    if (ofSession >= viewingsOfSession) throw new AppError('HUB_TOO_MANY_VIEWERS', { limit: viewingsOfSession });
  }

  private isExpired(resourceId: string): boolean {
    return this.deps.now() >= (this.viewings.get(resourceId)?.expiresMs ?? Infinity);
  }

  private sweep(): void {
    for (const each of this.viewings.values()) if (this.deps.now() >= each.expiresMs + EXPIRED_FOR_MS) void this.remove(each.resourceId, 'link-expired');
  }

  private warn(error: unknown): void {
    this.deps.logger.warn({ code: toAppError(error).code }, 'viewing not recorded');
  }
}
